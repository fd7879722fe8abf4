using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Client;
using Muster.Hub.Accounts;
using Muster.Hub.Fleet.Links;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Node;
using Muster.Node.Artifacts;
using Muster.Node.Artifacts.Cache;
using Muster.Node.Link;
using Muster.Protocol.Ids;
using Muster.Protocol.Wire;
using Muster.Storage;
using Muster.Storage.Sqlite;
using Muster.Testing;
using Muster.Testing.Hub;

namespace Muster.Tests.Node.Artifacts;

/// <summary>A real hub, and the file half of a node that holds attempts of it: over real sockets that can be cut.</summary>
internal sealed class AttemptBench : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private readonly TemporaryFolder _home;
    private readonly Database _store;
    private readonly Id<Muster.Protocol.Ids.Node> _node;
    private readonly MusterClient _client;
    private readonly CancellationToken _cancel;
    private int _folders;

    private AttemptBench(
        TemporaryFolder home, HubApplication hub, TcpRelay relay, NodeArtifacts artifacts, (Database Store, Id<Muster.Protocol.Ids.Node> Node) mine, CancellationToken cancel)
    {
        (_home, Hub, Relay, Artifacts, _store, _node, _cancel) = (home, hub, relay, artifacts, mine.Store, mine.Node, cancel);
        _client = new MusterClient(new Uri(hub.Hub.Urls[0]), hub.Hub.Local.Token);
    }

    public HubApplication Hub { get; }

    /// <summary>Between the node and the hub.</summary>
    public TcpRelay Relay { get; }

    public NodeArtifacts Artifacts { get; }

    public MusterClient Client => _client;

    private PoolLoop Loop => Hub.Hub.Services.GetRequiredService<PoolLoop>();

    public static async Task<AttemptBench> StartAsync(CancellationToken cancel, long quota = 1L << 30)
    {
        var home = new TemporaryFolder();
        var hub = await HubApplication.StartAsync(
            Path.Combine(home.Path, "hub"), options => options with { RequestsPerSecond = 100_000, Jobs = new JobOptions { Lease = TimeSpan.FromHours(1) } });
        var relay = new TcpRelay(new Uri(hub.Hub.Urls[0]).Port);
        var node = Id<Muster.Protocol.Ids.Node>.New(TimeProvider.System);
        var identity = new NodeIdentity
        {
            HubUrl = $"http://127.0.0.1:{relay.Port}", NodeId = node.ToString(), Secret = "", PrivateKey = "", MachineId = NodeIdentity.NewMachineId(),
        };
        var store = await NodeDatabase.OpenAsync(new SqliteOptions { Path = Path.Combine(home.Path, "node.db"), ProgramVersion = new Version(0, 1, 0) });
        var artifacts = await NodeArtifacts.OpenAsync(
            identity, store, new ArtifactCacheOptions { Folder = Path.Combine(home.Path, "cache"), Quota = quota }, TimeProvider.System, NullLogger.Instance, _patience);
        artifacts.Token.Set(hub.Hub.Services.GetRequiredService<TransferTokens>().Issue(node));
        var bench = new AttemptBench(home, hub, relay, artifacts, (store, node), cancel);
        await bench.Loop.ApplyAsync(
            new NodeConnected(
                node,
                new NodeTerms
                {
                    Name = "bench", Owner = hub.Hub.Services.GetRequiredService<People>().Owner!.Value, Slots = 1000, Cpus = 1000, MemoryBytes = 1L << 40, DiskBytes = 1L << 40,
                    Runtimes = new HashSet<TaskRuntime> { TaskRuntime.Process }, Isolation = TaskIsolation.Process,
                },
                []),
            cancel: cancel);
        return bench;
    }

    /// <summary>An attempt that this node holds.</summary>
    public async Task<AttemptRef> HoldAsync(params IReadOnlyList<(string Path, byte[] Content)> inputs)
    {
        var plans = new List<InputPlan>();
        foreach (var (path, content) in inputs)
        {
            using var stream = new MemoryStream(content);
            plans.Add(new InputPlan(path, (await _client.Artifacts.UploadAsync(stream, cancellationToken: _cancel)).Sha256, content.Length, null));
        }

        var id = Id<Job>.New(TimeProvider.System);
        var plan = new JobPlan { Name = "test", Steps = [new StepPlan { Id = "main", Command = ["true"], Inputs = plans, TimeoutSeconds = 600 }] };
        await Loop.ApplyAsync(new SubmitJob(new JobSubmission(id, Hub.Hub.Services.GetRequiredService<People>().Owner!.Value, plan, 0, null)), cancel: _cancel);
        var number = await Loop.AskAsync((state, _) => state.Find(id)!.Number, _cancel);
        return new AttemptRef { Job = (ulong)number, Task = 0, Attempt = 1 };
    }

    /// <summary>An empty work folder.</summary>
    public string NewFolder() => Directory.CreateDirectory(Path.Combine(_home.Path, "work", $"{++_folders}")).FullName;

    /// <summary>The hub's own file of some content.</summary>
    public string HubFileOf(byte[] content) =>
        Directory.EnumerateFiles(Path.Combine(_home.Path, "hub", "artifacts"), "*", SearchOption.AllDirectories)
            .Single(file => new FileInfo(file).Length == content.Length && File.ReadAllBytes(file).AsSpan().SequenceEqual(content));

    /// <summary>This node's cached copy of it.</summary>
    public string CachedFileOf(byte[] content)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        return Path.Combine(_home.Path, "cache", hash[..2], hash[2..]);
    }

    public static byte[] Bytes(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        Artifacts.Dispose();
        await _store.DisposeAsync();
        await Relay.DisposeAsync();
        await Hub.DisposeAsync();
        _home.Dispose();
    }
}
