using Microsoft.Extensions.Logging.Abstractions;
using Muster.Cli.Composition;
using Muster.Cli.State;
using Muster.Client;

namespace Muster.Cli.Talk;

/// <summary>A client of the hub that counts for this home, and the hub itself when it was started for this one command.</summary>
internal sealed class HubConnection : IAsyncDisposable
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(50);

    /// <summary>What another command's hub may take to start, on a small machine that is busy.</summary>
    private static readonly TimeSpan _start = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time;

    private HubConnection(MusterClient client, Standalone? embedded, TimeProvider time)
    {
        Client = client;
        Embedded = embedded;
        _time = time;
    }

    public MusterClient Client { get; }

    public Standalone? Embedded { get; }

    /// <summary>The running hub of this home, else the one that was logged in to.</summary>
    /// <exception cref="CliException">Exit code 3: there is none.</exception>
    public static HubConnection Open(CommandContext context) =>
        Attach(context) ?? LoggedIn(context) ?? throw Joined(context.Home) ?? CliException.NoHub();

    /// <summary>As <see cref="Open"/>, or with a hub and a node of its own.</summary>
    public static async Task<HubConnection> OpenOrEmbedAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var started = context.Time.GetTimestamp();
        while (true)
        {
            if ((Attach(context) ?? LoggedIn(context)) is { } open)
            {
                return open;
            }

            if (HomeLock.TryTake(context.Home) is { } taken)
            {
                if (LocalMachine.Load(context.Home, context.Home.Path) is { } node)
                {
                    context.Printer.Note($"This machine belongs to the hub at {node.HubUrl}; this is asked on this machine alone. To ask that hub: muster login {node.HubUrl}");
                }

                return await EmbedAsync(context, taken, cancellationToken);
            }

            // Another command is starting its hub: wait until it says where.
            if (context.Time.GetElapsedTime(started) > _start)
            {
                throw CliException.NoHub("Another command holds this home's lock but its hub does not answer.");
            }

            await Task.Delay(_poll, context.Time, cancellationToken);
        }
    }

    /// <summary>Waits until what an embedded hub was asked for is done.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        while (Embedded is not null && (Embedded.Node?.BackgroundTasks > 0 || await Embedded.Hub.IsBusyAsync(cancellationToken)))
        {
            await Task.Delay(_poll, _time, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (Embedded is not null)
        {
            await Embedded.DisposeAsync();
        }
    }

    /// <summary>Why there is no hub here, when this home joined one elsewhere and never had its own.</summary>
    private static CliException? Joined(Home home) => !File.Exists(home.HubDatabase) && LocalMachine.Load(home, home.Path) is { } node
        ? CliException.NoLogin(node.Name ?? LocalMachine.DefaultName, node.HubUrl)
        : null;

    private static HubConnection? Attach(CommandContext context) =>
        HubFile.Live(context.Home) is { } live && StoredCredential.Read(context.Home.Credentials) is { } credential
            ? new HubConnection(new MusterClient(new Uri(live.Url), credential.Token, new MusterClientOptions { Fingerprint = credential.Fingerprint, Time = context.Time }), null, context.Time)
            : null;

    private static HubConnection? LoggedIn(CommandContext context)
    {
        if (HomeLock.IsHeld(context.Home) || StoredCredential.Read(context.Home.Login) is not { } login)
        {
            return null;
        }

        var options = new MusterClientOptions
        {
            Fingerprint = login.Fingerprint,
            Time = context.Time,
            Patience = TimeSpan.FromSeconds(10),
            Tokens = login.RefreshToken is null ? null : new LoginFile(context.Home.Login, login, context.Time),
        };
        return new HubConnection(new MusterClient(new Uri(login.Url), login.Token, options), null, context.Time);
    }

    private static async Task<HubConnection> EmbedAsync(CommandContext context, HomeLock taken, CancellationToken cancellationToken)
    {
        HubSettings settings;
        string folder;
        try
        {
            var configuration = context.ValidConfiguration();
            folder = Path.GetFullPath(configuration.TextOrNull("working_dir") ?? context.Surroundings.Directory, context.Surroundings.Directory);
            settings = new HubSettings(context.Home, ["http://127.0.0.1:0"], false, configuration, context.Time, NullLoggerFactory.Instance, null);
        }
        catch
        {
            taken.Dispose();
            throw;
        }

        var embedded = await Standalone.StartAsync(taken, settings, folder, embedded: true, cancellationToken);
        var client = new MusterClient(new Uri(embedded.LocalUrl), embedded.Hub.Local.Token, new MusterClientOptions { Time = context.Time });
        return new HubConnection(client, embedded, context.Time);
    }
}
