using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using Muster.Agents.Providers;
using Muster.Cli.Configuration;
using Muster.Cli.State;
using Muster.Cli.Wallet;
using Muster.Hub;
using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Joining;
using Muster.Hub.Artifacts;
using Muster.Hub.Chat.Assistant;
using Muster.Hub.Fleet;
using Muster.Hub.Jobs;
using Muster.Hub.Schedules;
using Muster.Storage;

namespace Muster.Cli.Composition;

/// <summary>What the hub is started with.</summary>
internal sealed record HubSettings(
    Home Home,
    IReadOnlyList<string> Urls,
    bool InsecureHttp,
    MusterConfiguration Configuration,
    TimeProvider Time,
    ILoggerFactory Loggers,
    string? SiteFolder)
{
    /// <summary>It lives inside a command, and ends with it.</summary>
    public bool Embedded { get; init; }
}

/// <summary>The hub inside this process.</summary>
internal sealed class HubProcess : IAsyncDisposable
{
    private readonly RunningHub _hub;

    private HubProcess(RunningHub hub, string? ownerLink)
    {
        _hub = hub;
        OwnerLink = ownerLink;
    }

    /// <summary>Addresses with the ports that were really taken.</summary>
    public IReadOnlyList<string> Urls => _hub.Urls;

    /// <summary>What other machines compare when they are shown the hub's own certificate; empty without https.</summary>
    public string Fingerprint => _hub.Address.Fingerprint;

    /// <summary>How the commands of this home reach it; the key cannot approve.</summary>
    public LocalCredential Local => _hub.Local;

    /// <summary>The one-time link on which the owner sets a password; null once that was done.</summary>
    public string? OwnerLink { get; }

    /// <summary>Ends when the hub does.</summary>
    public Task Stopped => _hub.Stopped;

    public static async Task<HubProcess> StartAsync(HubSettings settings, CancellationToken cancellationToken)
    {
        var configuration = settings.Configuration;
        try
        {
            var hub = await HubHost.StartAsync(
                new HubOptions
                {
                    Home = settings.Home.Path,
                    Database = configuration.TextOrNull("database"),
                    Urls = settings.Urls,
                    InsecureHttp = settings.InsecureHttp,
                    ProgramVersion = Invocation.Version,
                    Time = settings.Time,
                    Loggers = settings.Loggers,
                    SiteFiles = Directory.Exists(settings.SiteFolder) ? new PhysicalFileProvider(Path.GetFullPath(settings.SiteFolder)) : EmbeddedSite.Open(),
                    RouterSecret = configuration.TextOrNull("router_secret"),
                    PhoneWorkUsers = configuration.List("phonework.users"),
                    ExtraHosts = configuration.List("hosts"),
                    Accounts = new AccountOptions { SignUp = Enum.Parse<SignUpMode>(configuration.Text("accounts.signup"), ignoreCase: true) },
                    Ledger = LedgerSettings.Of(configuration),
                    Artifacts = Artifacts(configuration),
                    Schedules = new ScheduleOptions
                    {
                        MostPerUser = configuration.Whole("schedules.most"),
                        ShortestInterval = configuration.Duration("schedules.shortest_interval"),
                        LongestText = configuration.Whole("schedules.longest_text"),
                        Zone = configuration.TextOrNull("schedules.zone"),
                        HubEnds = settings.Embedded,
                    },
                    Assistant = new AssistantOptions
                    {
                        Models = new ModelCatalog(ModelConfiguration.Read(configuration), settings.Time),
                        RouteByModel = configuration.Text("assistant.router") == "auto",
                        Hub = configuration.Flag("assistant.hub"),
                        Plans = configuration.Text("assistant.plan") == "asked",
                        Rules = configuration.List("agent.rules"),
                    },
                    Jobs = new JobOptions { Probes = configuration.Flag("trust.probes") },
                    Fleet = new FleetOptions { WorkersPerUser = configuration.Whole("limits.workers_per_user") },
                    RequestsPerSecond = configuration.Whole("limits.requests_per_second"),
                    ExistingLocalToken = StoredCredential.Read(settings.Home.Credentials)?.Token,
                },
                cancellationToken);
            return new HubProcess(hub, (await hub.OwnerLinkAsync(cancellationToken))?.Url);
        }
        catch (Exception failure) when (failure is HubException or StorageException)
        {
            throw new CliException(failure.Message);
        }
    }

    /// <summary>Runs go on, or messages and frames wait.</summary>
    public Task<bool> IsBusyAsync(CancellationToken cancellationToken) => _hub.IsBusyAsync(cancellationToken);

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    private static ArtifactOptions Artifacts(MusterConfiguration configuration)
    {
        var standard = new ArtifactOptions();
        var options = new ArtifactOptions
        {
            MaxSize = configuration.SizeOrNull("artifacts.max_size") ?? standard.MaxSize,
            Quota = configuration.SizeOrNull("artifacts.quota") ?? standard.Quota,
            UserQuota = configuration.SizeOrNull("artifacts.user_quota") ?? standard.UserQuota,
            KeepFree = configuration.SizeOrNull("artifacts.keep_free") ?? standard.KeepFree,
            SentKept = configuration.Duration("artifacts.sent_kept"),
            UploadKept = configuration.Duration("artifacts.upload_kept"),
        };
        return options.Mistakes().FirstOrDefault() is { } mistake ? throw new CliException(mistake, ExitCode.Usage) : options;
    }
}
