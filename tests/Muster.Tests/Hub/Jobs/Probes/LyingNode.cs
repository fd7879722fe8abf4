using Microsoft.Extensions.Logging.Abstractions;
using Muster.Agents.Providers;
using Muster.Node;
using Muster.Node.Artifacts;
using Muster.Node.Artifacts.Cache;
using Muster.Node.Compute;
using Muster.Node.Link;
using Muster.Node.Sandbox;
using Muster.Node.Sandbox.Tasks;
using Muster.Node.Sandbox.Tasks.Bubblewrap;
using Muster.Node.Tools;
using Muster.Protocol.Wire;
using Muster.Storage;
using Muster.Storage.Sqlite;
using Muster.Testing;
using Muster.Testing.Models;

namespace Muster.Tests.Hub.Jobs.Probes;

/// <summary>The pool's part of a real node that runs what it is told to, and then writes something else.</summary>
internal sealed class LyingNode : IAsyncDisposable
{
    private readonly TemporaryFolder _home;
    private readonly Database _database;
    private readonly NodeArtifacts _artifacts;
    private readonly ComputeHost _host;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _linking;

    private LyingNode(TemporaryFolder home, Database database, NodeArtifacts artifacts, ComputeHost host, HubLink link)
    {
        (_home, _database, _artifacts, _host) = (home, database, artifacts, host);
        _linking = link.RunAsync(_stop.Token);
    }

    public static async Task<LyingNode> StartAsync(NodeIdentity identity, CancellationToken cancel)
    {
        var home = new TemporaryFolder();
        var database = await NodeDatabase.OpenAsync(new SqliteOptions { Path = Path.Combine(home.Path, "node.db"), ProgramVersion = new Version(0, 1, 0) });
        var artifacts = await NodeArtifacts.OpenAsync(
            identity, database, new ArtifactCacheOptions { Folder = Path.Combine(home.Path, "cache"), Quota = 1 << 20 }, TimeProvider.System, NullLogger.Instance);
        var handlers = new FrameHandlers();
        var link = new HubLink(new HubLinkOptions
        {
            Identity = identity, Database = database, Handlers = handlers, Facts = () => new NodeFacts { Os = "Linux", Architecture = "x64", Hostname = "liar" },
            HeldRuns = _ => [], HeldAttempts = ComputeHost.Held, Transfers = artifacts.Token, Heartbeat = () => new Heartbeat(),
            Offer = () => new NodeOffer { Slots = 4, Cpus = 4, MemoryBytes = 4UL << 30, DiskBytes = 4UL << 30, Runtimes = { "process" }, Isolation = "process" },
        });
        var options = new NodeOptions
        {
            Tools = new ToolOptions { Home = home.Path, WorkingDir = Path.Combine(home.Path, "work") }, Identity = identity, Name = "liar",
            Models = new ModelCatalog([new ModelOptions { Name = "scripted", Stream = new ScriptedModel().Stream }], TimeProvider.System),
        };
        var kit = new ComputeKit
        {
            Database = database, Name = () => "liar", Folders = new AttemptFolders(home.Path, NullLogger.Instance), Agents = new TaskAgents(options, [], () => false), Room = new Room(new ComputeOptions(), "liar"), Files = new AttemptFiles(artifacts),
            Sandboxes = [new LyingSandbox(new BubblewrapSandbox(new TaskSandboxOptions { Home = home.Path }, TimeProvider.System, NullLogger<BubblewrapSandbox>.Instance))],
            Tell = frame => link.TrySendVolatile(frame), CutLink = link.Cut, Time = TimeProvider.System, Logger = NullLogger.Instance,
        };
        var host = new ComputeHost(kit, new ResultReporter(link, database, identity, TimeProvider.System, NullLogger.Instance));
        host.Register(handlers);
        await host.StartAsync(cancel);
        return new LyingNode(home, database, artifacts, host, link);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _stop.CancelAsync();
        await _linking;
        _artifacts.Dispose();
        await _database.DisposeAsync();
        _stop.Dispose();
        _home.Dispose();
    }

    private sealed class LyingSandbox(ITaskSandbox inner) : ITaskSandbox
    {
        public IsolationLevel Level => inner.Level;

        public Task<SandboxStatus> CheckAsync(CancellationToken cancel) => inner.CheckAsync(cancel);

        public Task<SandboxStatus> CheckEgressAsync(CancellationToken cancel) => inner.CheckEgressAsync(cancel);

        public Task<ISandboxRun> StartAsync(SandboxJob job, ISandboxOutput output, CancellationToken cancel) => inner.StartAsync(
            job with { Command = ["sh", "-c", "\"$@\" && for file in *; do echo 42 > \"$file\"; done", "sh", .. job.Command] }, output, cancel);

        public Task<int> ReapAsync(CancellationToken cancel) => inner.ReapAsync(cancel);
    }
}
