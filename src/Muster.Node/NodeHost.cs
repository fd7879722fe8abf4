using Microsoft.Extensions.Logging;
using Muster.Agents.Mcp;
using Muster.Node.Artifacts;
using Muster.Node.Artifacts.Cache;
using Muster.Node.Assistant;
using Muster.Node.Background;
using Muster.Node.Coding;
using Muster.Node.Compute;
using Muster.Node.Copies;
using Muster.Node.Doors;
using Muster.Node.Folders;
using Muster.Node.Link;
using Muster.Node.Machine;
using Muster.Node.Policy;
using Muster.Node.Sandbox;
using Muster.Node.Tools;
using Muster.Node.Undo;
using Muster.Protocol.Wire;
using Muster.Storage;
using Muster.Storage.Sqlite;

namespace Muster.Node;

/// <summary>Puts one machine together: its store, its link to the hub, its agent.</summary>
public static class NodeHost
{
    /// <summary>Opens the store, takes up what a crash cut off, and starts to dial the hub.</summary>
    /// <exception cref="StorageException">node.db cannot be used; the message says what to do.</exception>
    public static async Task<RunningNode> StartAsync(NodeOptions options, CancellationToken cancel = default)
    {
        options = options with { Tools = options.Tools with { Loggers = options.Loggers } };
        Directory.CreateDirectory(options.Tools.WorkingDir);
        CallMarker.EndLost(options.Tools.Home);
        var database = await NodeDatabase.OpenAsync(
            new SqliteOptions
            {
                Path = Path.Combine(options.StoreFolder ?? options.Tools.Home, "node.db"),
                ProgramVersion = options.ProgramVersion,
                Time = options.Time,
                Logger = options.Loggers.CreateLogger<SqliteDatabase>(),
            });
        NodeArtifacts? artifacts = null;
        try
        {
            artifacts = await NodeArtifacts.OpenAsync(
                options.Identity,
                database,
                new ArtifactCacheOptions { Folder = Path.Combine(options.StoreFolder ?? options.Tools.Home, "cache"), Quota = options.CacheQuota },
                options.Time,
                options.Loggers.CreateLogger<ArtifactCache>());
            var node = new RunningNode(options, database, artifacts);
            await node.StartAsync(cancel);
            return node;
        }
        catch
        {
            artifacts?.Dispose();
            await database.DisposeAsync();
            throw;
        }
    }
}

/// <summary>A node that runs. Disposing leaves unfinished runs to the next start.</summary>
public sealed partial class RunningNode : IAsyncDisposable
{
    private readonly CancellationTokenSource _shutdown = new();
    private readonly Database _database;
    private readonly HubLink _link;
    private readonly RunHost _runs;
    private readonly McpServers _servers;
    private readonly Pool _pool;
    private readonly NodeArtifacts _artifacts;
    private readonly CopyHost _copies;
    private readonly BackgroundTasks _background;
    private readonly CodingDesk _coding;
    private readonly MachineWatch _watch;
    private readonly SpeedTest _speed;
    private readonly UndoHost _undo;
    private readonly NodeUpkeep _upkeep;
    private readonly Func<string, PibotDesk> _pibot;
    private Task _linking = Task.CompletedTask;
    private Task _watching = Task.CompletedTask;
    private Task _keeping = Task.CompletedTask;

    internal RunningNode(NodeOptions options, Database database, NodeArtifacts artifacts)
    {
        (_database, _artifacts) = (database, artifacts);
        var handlers = new FrameHandlers();
        var machine = MachineParts.Of(options);
        _watch = machine.Watch;
        Heartbeat Beat() => Load.Beat((uint)_runs!.Held.Count, _watch.Latest, _coding!.Told(), options.Time);
        void Tell() => _link!.TrySendVolatile(new Frame { Heartbeat = Beat() });
        var facts = NodeFactsReader.Read(options);
        _link = new HubLink(new HubLinkOptions
        {
            Identity = options.Identity,
            Database = database,
            Handlers = handlers,
            Facts = () => facts,
            HeldRuns = transaction => [.. RunStore.Unfinished(transaction).Select(forward => forward.RunId)],
            Heartbeat = Beat,
            ProgramVersion = options.ProgramVersion.ToString(3),
            Offer = () => _pool!.Offer(),
            HeldAttempts = transaction => [.. ComputeHost.Held(transaction), .. BackgroundStore.Held(transaction)],
            Transfers = artifacts.Token,
            Time = options.Time,
            Logger = options.Loggers.CreateLogger<HubLink>(),
        });
        var calls = new HubQuestions(_link, database, options.Time);
        var approvals = new ApprovalGate(_link, database, options.Time, _shutdown.Token);
        _coding = new CodingDesk(options, database, approvals, Tell);
        _servers = new McpServers(options.McpServers, options.Loggers, options.Time);
        var tools = ToolSet.Create(options.Tools with { MachineRoot = options.MachineRoot }, hub: null, options.Time);
        _pibot = worker => new PibotDesk(worker, new TaskAgents(options, tools, () => false, name: () => _link.State.NodeName ?? options.Name), options.Time, options.Loggers.CreateLogger<PibotDesk>());
        _background = MakeBackground(options);
        var undo = MakeUndo(options);
        _pool = new Pool(options, database, _link, new TaskTools(tools, undo, calls, approvals), artifacts, machine, _background);
        _pool.Register(handlers);
        _speed = new SpeedTest(frame => _link.TrySendVolatile(frame), _shutdown.Token);
        _speed.Register(handlers);
        _undo = new UndoHost(undo, _link, database, options.Loggers.CreateLogger<UndoHost>(), _shutdown.Token);
        _undo.Register(handlers);
        _upkeep = new NodeUpkeep(database, _background, undo, options.Time);
        var behind = new BackgroundTools(_background, Folder(options), artifacts.Hub, calls);
        var maker = new AgentMaker(options, tools, new TrustedFolders(options.Tools.Home), _servers, new RunServices(approvals, calls, behind, undo, _coding, () => _link.State.NodeName ?? options.Name));
        _runs = new RunHost(new RunKit
        {
            Link = _link,
            Database = database,
            Name = () => _link.State.NodeName ?? options.Name,
            Time = options.Time,
            Logger = options.Loggers.CreateLogger<RunHost>(),
            Shutdown = _shutdown.Token,
            ModelName = maker.ModelName,
            IsDirect = maker.IsDirect,
            OptionsAsync = maker.OptionsAsync,
            Forget = undo.Forget,
            StopBackgroundAsync = _background.StopAsync,
            OnRunsChanged = Tell,
        });
        _runs.Register(handlers);
        _copies = MakeCopies(options, approvals);
        _copies.Register(handlers);
        var log = options.Loggers.CreateLogger<RunningNode>();
        handlers.OnVolatile(Frame.BodyOneofCase.Notice, frame => LogNotice(log, frame.Notice.Text));
        handlers.On(Frame.BodyOneofCase.HubReply, calls.OnReply);
        handlers.On(Frame.BodyOneofCase.ApprovalAnswer, approvals.OnAnswer);
    }

    public LinkState Link => _link.State;

    public event EventHandler<LinkStateEventArgs> LinkChanged
    {
        add => _link.StateChanged += value;
        remove => _link.StateChanged -= value;
    }

    /// <summary>Runs that this node holds and has not ended.</summary>
    public int Runs => _runs.Held.Count;

    /// <summary>Tool calls that go on in the background, or whose end is still to be told.</summary>
    public int BackgroundTasks => _background.Count;

    /// <summary>A worker for callers that know only PiBot: its tasks do not come from the hub, so no lease ends them. Dispose it before the node.</summary>
    public PibotDesk OpenPibot(string workerId) => _pibot(workerId);

    /// <summary>Ends when the link gives up for good (see <see cref="Link"/>) or the node is disposed.</summary>
    public Task Stopped => _linking;

    internal async Task StartAsync(CancellationToken cancel)
    {
        await _coding.LoadAsync(cancel);
        await _background.StartAsync(cancel);
        await _runs.ResumeAsync(cancel);
        await _pool.StartAsync(_shutdown.Token);
        await _copies.StartAsync(cancel);
        _watching = _watch.RunAsync(_shutdown.Token);
        _keeping = _upkeep.RunAsync(_shutdown.Token);
        _linking = _link.RunAsync(_shutdown.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _shutdown.CancelAsync();
        await _linking;
        await _watching;
        await _keeping;
        await _speed.Working;
        await _runs.DisposeAsync();
        await _background.DisposeAsync();
        await _copies.DisposeAsync();
        await _undo.Working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the hub asks again
        await _pool.DisposeAsync();
        await _servers.DisposeAsync();
        _artifacts.Dispose();
        await _database.DisposeAsync();
        _shutdown.Dispose();
    }

    private static ConfinedFolder Folder(NodeOptions options) => new(options.Tools.WorkingDir, options.Tools.Home, options.Tools.UserHome, options.Tools.Kept);

    private UndoJournal MakeUndo(NodeOptions options) => new(
        new UndoFiles(Folder(options), Path.Combine(options.StoreFolder ?? options.Tools.Home, "undo"), options.Undo.LargestFile),
        _database, options.Undo, options.Time, options.Loggers.CreateLogger<UndoJournal>());

    private BackgroundTasks MakeBackground(NodeOptions options) => new(new BackgroundKit
    {
        Options = options.Background,
        Link = _link,
        Database = _database,
        Folder = Path.Combine(options.StoreFolder ?? options.Tools.Home, "background"),
        Logs = _artifacts.Logs,
        NodeName = () => _link.State.NodeName ?? options.Name,
        Time = options.Time,
        Logger = options.Loggers.CreateLogger<BackgroundTasks>(),
    });

    private CopyHost MakeCopies(NodeOptions options, ApprovalGate approvals) => new(new CopyKit
    {
        Folder = Folder(options),
        Rules = new CopyRules(
            new ToolPolicy(options.Tools.WorkingDir, options.Policy, options.Rules), options.Tools.WorkingDir, approvals, run => _runs.Held.Contains(run) || _background.Holds(run)),
        Hub = _artifacts.Hub,
        Database = _database,
        Tell = frame => _link.TrySendVolatile(frame),
        Time = options.Time,
        Logger = options.Loggers.CreateLogger<CopyHost>(),
    });

    [LoggerMessage(LogLevel.Warning, "{Notice}")]
    private static partial void LogNotice(ILogger logger, string notice);
}
