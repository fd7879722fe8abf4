using Microsoft.Extensions.Logging.Abstractions;
using Muster.Agents.Providers;
using Muster.Node;
using Muster.Node.Artifacts;
using Muster.Node.Compute;
using Muster.Node.Link;
using Muster.Node.Tools;
using Muster.Protocol.Wire;
using Muster.Storage;
using Muster.Storage.Sqlite;
using Muster.Testing;
using Muster.Testing.Models;
using Muster.Tests.Node.Sandbox.Tasks;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Compute;

/// <summary>What a node runs without a sandbox, whatever a hub sends it, and how it stops.</summary>
public sealed class AttemptRunTests : IAsyncLifetime
{
    private readonly TemporaryFolder _home = new();
    private readonly Lease _lease = new() { Ref = new AttemptRef { Job = 1, Task = 0, Attempt = 1 } };
    private Database? _database;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Mark => Path.Combine(_home.Path, "mark");

    public async ValueTask InitializeAsync() =>
        _database = await NodeDatabase.OpenAsync(new SqliteOptions { Path = Path.Combine(_home.Path, "node.db"), ProgramVersion = new Version(0, 1, 0) });

    public async ValueTask DisposeAsync()
    {
        await _database!.DisposeAsync();
        SandboxFixture.RemoveCgroups(_home.Path);
        _home.Dispose();
    }

    [Fact]
    public async Task None_OfTheOwner_RunsOnTheMachineItself()
    {
        var result = await RunAsync("none", owner: true, offered: true);

        result.Outcome.ShouldBe("succeeded", result.Error);
        File.Exists(Mark).ShouldBeTrue();
    }

    [Theory]
    [InlineData("none", false, true, "refused", "nothing but tasks of its own owner")]
    [InlineData("none", true, false, "refused", "set compute.no_sandbox: true there")]
    [InlineData("vm", true, true, "refused", "does not know the isolation \"vm\"")]
    [InlineData("container", true, true, "failed", "ask for isolation process")]
    [InlineData("process", true, true, "failed", "")]
    [InlineData("", true, true, "failed", "")]
    public async Task AnythingElse_DoesNotReachTheMachine(string isolation, bool owner, bool offered, string outcome, string error)
    {
        var result = await RunAsync(isolation, owner, offered);

        result.Outcome.ShouldBe(outcome, result.Error);
        result.Error.ShouldContain(error);
        File.Exists(Mark).ShouldBeFalse();
    }

    [Fact]
    public async Task Node_ThatStops_DoesNotWaitForFilesThatTheHubDoesNotTake()
    {
        var files = new NoFiles();
        using var run = new AttemptRun(Kit(offered: true) with { Files = files }, _lease, Work("none", owner: true, outputs: "mark"));
        run.Start(_ => throw new InvalidOperationException("Nobody is told of it."));
        await files.Collecting.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Cancel);

        await run.AbandonAsync().WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Cancel);
    }

    private async Task<AttemptResult> RunAsync(string isolation, bool owner, bool offered)
    {
        var ended = new TaskCompletionSource<AttemptResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var run = new AttemptRun(Kit(offered), _lease, Work(isolation, owner));
        run.Start(ended.SetResult);
        return await ended.Task.WaitAsync(TimeSpan.FromSeconds(90), TimeProvider.System, Cancel);
    }

    private Work Work(string isolation, bool owner, params string[] outputs) => new()
    {
        JobId = "job_01JAAAAAAAAAAAAAAAAAAAAAAA", Step = "main", Runtime = "process", Isolation = isolation, Owner = owner, Command = { "touch", Mark },
        Cpu = 1, MemoryBytes = 64 << 20, DiskBytes = 16 << 20, TimeoutSeconds = 60, ArrayCount = 1, Outputs = { outputs },
    };

    private ComputeKit Kit(bool offered)
    {
        var options = new NodeOptions
        {
            Tools = new ToolOptions { Home = _home.Path, WorkingDir = Path.Combine(_home.Path, "work") }, Name = "nas",
            Identity = new NodeIdentity { HubUrl = "http://127.0.0.1:1", NodeId = "", Secret = "", PrivateKey = "", MachineId = "" },
            Models = new ModelCatalog([new ModelOptions { Name = "scripted", Stream = new ScriptedModel().Stream }], TimeProvider.System),
        };
        return new ComputeKit
        {
            Database = _database!, Name = () => "nas", Folders = new AttemptFolders(_home.Path, NullLogger.Instance), Agents = new TaskAgents(options, [], () => false), Files = new NoFiles(),
            Room = new Room(new ComputeOptions(), "nas"),
            Sandboxes = PoolSandboxes.Of(new ComputeOptions { NoSandbox = offered }, options.Tools, TimeProvider.System, NullLoggerFactory.Instance),
            Tell = _ => { }, CutLink = _ => { }, Time = TimeProvider.System, Logger = NullLogger.Instance,
        };
    }

    /// <summary>Attempts here have no inputs and no long logs, and their outputs wait for a hub that is not there.</summary>
    private sealed class NoFiles : IAttemptFiles
    {
        public Task<IAsyncDisposable> FetchAsync(AttemptRef attempt, string folder, long most, CancellationToken cancel) => throw new NotSupportedException();

        public TaskCompletionSource Collecting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<CollectedOutputs> CollectAsync(AttemptRef attempt, string folder, IReadOnlyList<string> patterns, CancellationToken cancel)
        {
            Collecting.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
            throw new NotSupportedException();
        }

        public Task<Output> StoreAsync(AttemptRef attempt, string name, string file, CancellationToken cancel) => throw new NotSupportedException();
    }
}
