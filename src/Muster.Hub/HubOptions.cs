using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Storage;

namespace Muster.Hub;

public sealed record HubOptions
{
    /// <summary>Folder of hub.db and tls/.</summary>
    public required string Home { get; init; }

    /// <summary>A database of a PostgreSQL server (<c>postgres://…</c> or <c>Host=…;Database=…</c>); null is hub.db in the home.</summary>
    public string? Database { get; init; }

    /// <summary>What to listen on; port 0 takes a free one. Addresses other than loopback are served by https unless <see cref="InsecureHttp"/>.</summary>
    public IReadOnlyList<string> Urls { get; init; } = ["http://127.0.0.1:5000"];

    /// <summary>Also listens on the machine's address in its network, on the port of the first url.</summary>
    public bool Lan { get; init; }

    /// <summary>Plain http on every address: for a hub behind a proxy that ends TLS.</summary>
    public bool InsecureHttp { get; init; }

    public string ProgramVersion { get; init; } = "0.1.0";

    public string Name { get; init; } = "Muster";

    /// <summary>The owner's name until the hub is claimed: the user of the operating system.</summary>
    public string OwnerName { get; init; } = Environment.UserName.Length > 0 ? Environment.UserName : "owner";

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The built site; null serves none.</summary>
    public IFileProvider? SiteFiles { get; init; }

    /// <summary><c>ROUTER_SECRET</c>: lets PhoneWork's host clients in.</summary>
    public string? RouterSecret { get; init; }

    /// <summary>Users whom such nodes may serve; none means the owner.</summary>
    public IReadOnlyList<string> PhoneWorkUsers { get; init; } = [];

    /// <summary>Further names under which this hub is reached (<c>hub.hosts</c>), such as a proxy's.</summary>
    public IReadOnlyList<string> ExtraHosts { get; init; } = [];

    /// <summary>The key in credentials.json, kept when it is still good, so that commands that run now go on.</summary>
    public string? ExistingLocalToken { get; init; }

    /// <summary>Times of the links to machines; tests shorten them.</summary>
    public Fleet.FleetOptions Fleet { get; init; } = new();

    public Jobs.JobOptions Jobs { get; init; } = new();

    /// <summary>What the owner has set about files.</summary>
    public Artifacts.ArtifactOptions Artifacts { get; init; } = new();

    public Copies.CopyOptions Copies { get; init; } = new();

    /// <summary>What the owner has set about reminders and schedules.</summary>
    public Schedules.ScheduleOptions Schedules { get; init; } = new();

    /// <summary>Models that the hub itself asks, and what for.</summary>
    public Chat.Assistant.AssistantOptions Assistant { get; init; } = new();

    /// <summary>What the owner has set about accounts.</summary>
    public Accounts.Joining.AccountOptions Accounts { get; init; } = new();

    /// <summary>What the owner has set about credits and prices.</summary>
    public Ledger.LedgerOptions Ledger { get; init; } = new();

    /// <summary><c>limits.requests_per_second</c>: for a user, and for an address, in the long run; three times as many at once.</summary>
    public int RequestsPerSecond { get; init; } = 200;

    /// <summary>Every mistake, each a sentence that names its key.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (string.IsNullOrWhiteSpace(Home))
        {
            yield return "home is empty: name a folder (--home).";
        }

        if (Database is not null && DatabaseAddress.Mistake(Database) is { } mistake)
        {
            yield return mistake;
        }

        if (Urls.Count == 0)
        {
            yield return "urls is empty: name at least one, such as http://127.0.0.1:5000.";
        }

        foreach (var url in Urls.Where(url => HubUrl.TryParse(url) is null))
        {
            yield return $"urls holds \"{url}\", which is no address to listen on: write http://HOST:PORT or https://HOST:PORT, with an address, localhost or * as HOST.";
        }

        if (RequestsPerSecond < 1)
        {
            yield return $"limits.requests_per_second is {RequestsPerSecond}: it must be at least 1.";
        }

        foreach (var mistakeOfArtifacts in Artifacts.Mistakes())
        {
            yield return mistakeOfArtifacts;
        }

        foreach (var mistakeOfSchedules in Schedules.Mistakes())
        {
            yield return mistakeOfSchedules;
        }

        foreach (var host in ExtraHosts.Where(host => Uri.CheckHostName(host) == UriHostNameType.Unknown))
        {
            yield return $"hub.hosts holds \"{host}\", which is no host name: write it without http:// and port.";
        }
    }
}
