using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using System.Threading.Channels;
using Muster.Node;
using Muster.Node.Link;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;
using Muster.Storage.Sqlite;

namespace Muster.Testing.Hub;

/// <summary>A node without an agent: the real link and the real store, and what a test tells it to say.</summary>
public sealed class ScriptedNode : IAsyncDisposable
{
    private readonly Channel<Frame> _received = Channel.CreateUnbounded<Frame>();
    private readonly Channel<LinkState> _states = Channel.CreateUnbounded<LinkState>();
    private readonly ConcurrentDictionary<string, byte> _runs = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly SqliteDatabase _database;
    private readonly HubLink _link;
    private readonly Task _running;

    private ScriptedNode(NodeIdentity identity, SqliteDatabase database, Action<ScriptedNode, Transaction, Frame>? onFrame)
    {
        Identity = identity;
        _database = database;
        var handlers = new FrameHandlers();
        foreach (var kind in new[] { Frame.BodyOneofCase.Forward, Frame.BodyOneofCase.Steer, Frame.BodyOneofCase.Stop, Frame.BodyOneofCase.ApprovalAnswer, Frame.BodyOneofCase.HubReply, Frame.BodyOneofCase.UndoOrder })
        {
            handlers.On(kind, (tx, frame) =>
            {
                onFrame?.Invoke(this, tx, frame);
                tx.OnCommitted(() => _received.Writer.TryWrite(frame));
            });
        }

        handlers.OnVolatile(Frame.BodyOneofCase.Notice, frame => _received.Writer.TryWrite(frame));
        _link = new HubLink(new HubLinkOptions
        {
            Identity = identity,
            Database = database,
            Handlers = handlers,
            Facts = () => new NodeFacts { Os = "Linux", Architecture = "x64", Hostname = "scripted", WorkingDir = "/work", Capabilities = { "shell", "files" }, Cores = 2, MemoryBytes = 1UL << 30, Isolation = "process", Model = "rules" },
            HeldRuns = _ => [.. _runs.Keys],
            RefusedRetry = TimeSpan.FromSeconds(1),
        });
        _link.StateChanged += (_, changed) => _states.Writer.TryWrite(changed.State);
        _running = _link.RunAsync(_stop.Token);
    }

    public NodeIdentity Identity { get; }

    public string Id => Identity.NodeId;

    public LinkState State => _link.State;

    /// <summary>Enrols with a token's secret.</summary>
    /// <exception cref="HttpRequestException">The hub refused.</exception>
    public static async Task<NodeIdentity> JoinAsync(HttpClient hub, string secret, string name)
    {
        var (privateKey, publicKey) = NodeIdentity.NewKey();
        var machine = NodeIdentity.NewMachineId();
        using var answer = await hub.PostAsJsonAsync(
            "/api/v1/enrol",
            new Dictionary<string, string> { ["secret"] = secret, ["public_key"] = Convert.ToBase64String(publicKey), ["name"] = name, ["machine_id"] = machine });
        answer.EnsureSuccessStatusCode();
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return new NodeIdentity
        {
            HubUrl = hub.BaseAddress!.GetLeftPart(UriPartial.Authority),
            NodeId = json.GetProperty("node_id").GetString()!,
            Secret = json.GetProperty("credential").GetString()!,
            PrivateKey = privateKey,
            MachineId = machine,
        };
    }

    /// <param name="folder">Keeps the node's database from one start to the next.</param>
    /// <param name="onFrame">Called in the transaction that applies each of the hub's reliable frames.</param>
    public static async Task<ScriptedNode> StartAsync(NodeIdentity identity, string folder, Action<ScriptedNode, Transaction, Frame>? onFrame = null)
    {
        var database = await NodeDatabase.OpenAsync(new SqliteOptions { Path = Path.Combine(folder, $"{identity.NodeId}.db"), ProgramVersion = new Version(0, 1, 0) });
        return new ScriptedNode(identity, database, onFrame);
    }

    /// <summary>The next frame of the hub.</summary>
    public Task<Frame> ReceiveAsync(CancellationToken cancel) => _received.Reader.NextAsync(cancel);

    /// <summary>Waits until the link has been in this state since the last call.</summary>
    public async Task<LinkState> UntilAsync(LinkStatus status, CancellationToken cancel)
    {
        while (true)
        {
            var state = await _states.Reader.NextAsync(cancel);
            if (state.Status == status)
            {
                return state;
            }
        }
    }

    /// <summary>States that it holds this run at the next connection.</summary>
    public void Hold(string runId) => _runs[runId] = 0;

    public void Release(string runId) => _runs.TryRemove(runId, out _);

    public Task SayAsync(params Frame[] frames) => _database.WriteAsync(tx =>
    {
        foreach (var frame in frames)
        {
            _link.Enqueue(tx, Lane.Chat, frame);
        }
    });

    /// <summary>Says something in a transaction of its own frame handler.</summary>
    public void Say(Transaction tx, Frame frame) => _link.Enqueue(tx, Lane.Chat, frame);

    public bool TrySend(Frame frame) => _link.TrySendVolatile(frame);

    /// <summary>An event of a run, with the data as JSON.</summary>
    public static Frame Event(Forward run, string name, string json) => new()
    {
        RunEvent = new RunEvent { RunId = run.RunId, ConversationId = run.ConversationId, Epoch = run.Epoch, Name = name, Json = json },
    };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _database.DisposeAsync();
        _stop.Dispose();
    }
}
