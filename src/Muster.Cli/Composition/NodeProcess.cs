using Microsoft.Extensions.Logging;
using Muster.Agents.Providers;
using Muster.Cli.Configuration;
using Muster.Cli.Machines;
using Muster.Cli.Pibot;
using Muster.Cli.State;
using Muster.Client;
using Muster.Hub.Accounts;
using Muster.Node;
using Muster.Node.Link;
using Muster.Node.Tools;
using Muster.Node.Undo;
using Muster.Storage;

namespace Muster.Cli.Composition;

/// <summary>What the node is started with.</summary>
/// <param name="Local">The hub in this process, which it joins by itself; null for the one that node.json names.</param>
internal sealed record NodeSettings(
    Home Home,
    LocalCredential? Local,
    string WorkingDirectory,
    MusterConfiguration Configuration,
    TimeProvider Time,
    ILoggerFactory Loggers)
{
    /// <summary>It ends with the command that it is for, so nobody is let in at its door.</summary>
    public bool Brief { get; init; }

    /// <summary>Identity and store of this node.</summary>
    public string Folder => Local is null ? Home.Path : Home.Standalone;
}

/// <summary>The node inside this process.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private readonly RunningNode _node;

    private PibotDoor? _door;

    private NodeProcess(RunningNode node, string name, string folder, string model, string isolation)
    {
        _node = node;
        Folder = folder;
        Name = name;
        Model = model;
        Isolation = isolation;
    }

    public string Name { get; }

    /// <summary>The folder in which its agents work.</summary>
    public string Folder { get; }

    /// <summary>How its model is told to a person.</summary>
    public string Model { get; }

    /// <summary>Where it is a worker for PiBot's callers, and by which name; null for nowhere.</summary>
    public string? Door => _door is null ? null : $"{string.Join(", ", _door.Urls)} as {_door.WorkerId}";

    /// <summary>How its shell is told to a person.</summary>
    public string Isolation { get; }

    /// <summary>Ends when the hub will not have this machine any more; <see cref="Link"/> says why.</summary>
    public Task Stopped => _node.Stopped;

    public LinkState Link => _node.Link;

    public event EventHandler<LinkStateEventArgs> LinkChanged
    {
        add => _node.LinkChanged += value;
        remove => _node.LinkChanged -= value;
    }

    public static async Task<NodeProcess> StartAsync(NodeSettings settings, CancellationToken cancellationToken)
    {
        var configuration = settings.Configuration;
        var tools = NodeConfiguration.Tools(configuration, settings.Home, settings.WorkingDirectory);
        var catalog = new ModelCatalog(ModelConfiguration.Read(configuration), settings.Time);
        var name = configuration.TextOrNull("node.name") ?? LocalMachine.DefaultName;
        var identity = settings.Local is { } local
            ? await JoinLocalAsync(settings, local, name, cancellationToken)
            : LocalMachine.Load(settings.Home, settings.Folder) ?? throw new CliException("This machine has not joined a hub: muster node join TOKEN");
        try
        {
            var node = await NodeHost.StartAsync(
                new NodeOptions
                {
                    Tools = tools,
                    StoreFolder = settings.Folder,
                    Identity = identity,
                    Name = identity.Name ?? name,
                    Models = catalog,
                    Coding = NodeConfiguration.Coding(configuration),
                    Compute = NodeConfiguration.Compute(configuration),
                    Background = NodeConfiguration.Background(configuration),
                    CacheQuota = configuration.SizeOrNull("cache.quota"),
                    Undo = new UndoOptions { Quota = configuration.SizeOrNull("undo.quota") ?? 0, Keep = configuration.Duration("undo.keep") },
                    Policy = NodeConfiguration.Policy(configuration),
                    Rules = configuration.List("agent.rules"),
                    McpServers = NodeConfiguration.McpServers(configuration),
                    MaxTurns = configuration.Whole("agent.max_turns"),
                    ProgramVersion = Version.Parse(Invocation.Version.Split('-', '+')[0]),
                    Time = settings.Time,
                    Loggers = settings.Loggers,
                },
                cancellationToken);
            var isolation = await NodeConfiguration.DescribeIsolationAsync(tools, settings.Time, cancellationToken);
            var process = new NodeProcess(node, identity.Name ?? name, settings.WorkingDirectory, ModelConfiguration.Describe(catalog), isolation);
            await process.OpenDoorAsync(settings, cancellationToken);
            return process;
        }
        catch (Exception failure) when (failure is StorageException or Agents.Tools.ToolException)
        {
            throw new CliException(failure.Message);
        }
    }

    /// <summary>Completes when the hub has let it in, or will not, or at the deadline: what comes after is told by <see cref="Link"/>.</summary>
    public async Task SettledAsync(TimeSpan deadline, TimeProvider time, CancellationToken cancellationToken)
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(LinkState state)
        {
            if (state.Status is not LinkStatus.Connecting)
            {
                settled.TrySetResult();
            }
        }

        void Changed(object? sender, LinkStateEventArgs change) => Look(change.State);
        LinkChanged += Changed;
        Look(Link);
        await settled.Task.WaitAsync(deadline, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        LinkChanged -= Changed;
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Tool calls that go on in the background, or whose end is still to be told.</summary>
    public int BackgroundTasks => _node.BackgroundTasks;

    public async ValueTask DisposeAsync()
    {
        await (_door?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _node.DisposeAsync();
    }

    /// <exception cref="CliException">Its place is taken.</exception>
    private async Task OpenDoorAsync(NodeSettings settings, CancellationToken cancellationToken)
    {
        var configuration = settings.Configuration;
        var listen = configuration.List("pibot.listen");
        if (listen.Count == 0 || settings.Brief)
        {
            return;
        }

        try
        {
            var options = new DoorOptions(settings.Home.Path, listen, configuration.List("pibot.keys"), configuration.List("pibot.allow"), settings.Loggers);
            _door = await PibotDoor.StartAsync(_node.OpenPibot(configuration.TextOrNull("node.name") ?? Name), options, cancellationToken);
        }
        catch
        {
            await _node.DisposeAsync();
            throw;
        }
    }

    /// <summary>The machine that runs the hub is its first node; it follows the hub to another port.</summary>
    private static async Task<NodeIdentity> JoinLocalAsync(NodeSettings settings, LocalCredential local, string name, CancellationToken cancellationToken)
    {
        var fingerprint = local.Fingerprint.Length > 0 ? local.Fingerprint : null;
        using var client = new MusterClient(new Uri(local.Url), local.Token, new MusterClientOptions { Fingerprint = fingerprint, Time = settings.Time });
        if (LocalMachine.Load(settings.Home, settings.Folder) is { } known && (await client.Nodes.ListAsync(cancellationToken)).Any(node => node.Id == known.NodeId))
        {
            return known with { HubUrl = local.Url, HubFingerprint = fingerprint };
        }

        var enrolment = await client.Enrolments.CreateAsync(name, cancellationToken);
        var secret = EnrolmentToken.Parse(enrolment.Token).Secret;
        return (await LocalMachine.JoinAsync(settings.Home, settings.Folder, client, fingerprint, secret, name, cancellationToken)).Identity;
    }
}
