using System.Threading.Channels;
using Muster.Node;
using Muster.Node.Link;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;
using Muster.Storage.Lanes;
using Muster.Storage.Sqlite;
using Muster.Testing;
using Xunit;

namespace Muster.Tests.Node.Link;

/// <summary>A hub's end and a node with real stores; the tests start links between them.</summary>
public abstract class LinkFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _links = [];

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal FarHub Hub { get; private set; } = null!;

    protected Database HubStore { get; private set; } = null!;

    protected Database NodeStore { get; private set; } = null!;

    protected NodeIdentity Identity { get; private set; } = null!;

    protected FrameHandlers Handlers { get; } = new();

    protected Channel<LinkState> States { get; } = Channel.CreateUnbounded<LinkState>();

    protected string Home => _folder.Path;

    public virtual async ValueTask InitializeAsync()
    {
        var seen = new Migration(100, "seen", FarHub.Schema, new Version(0, 1, 0));
        HubStore = await SqliteDatabase.OpenAsync(Options("hub.db"), [.. LaneStore.Migrations, seen]);
        NodeStore = await SqliteDatabase.OpenAsync(Options("node.db"), [.. NodeDatabase.Migrations, seen with { Number = 9000 }]);
        var (privateKey, publicKey) = NodeIdentity.NewKey();
        Hub = await FarHub.StartAsync(HubStore, publicKey);
        Identity = new NodeIdentity
        {
            HubUrl = $"http://127.0.0.1:{Hub.Port}",
            NodeId = "nod_1",
            Secret = "secret",
            PrivateKey = privateKey,
            MachineId = NodeIdentity.NewMachineId(),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_links);
        await Hub.DisposeAsync();
        await NodeStore.DisposeAsync();
        await HubStore.DisposeAsync();
        _folder.Dispose();
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    protected SqliteOptions Options(string file) => new() { Path = Path.Combine(_folder.Path, file), ProgramVersion = new Version(0, 1, 0) };

    protected HubLinkOptions LinkOptions() => new()
    {
        Identity = Identity,
        Database = NodeStore,
        Handlers = Handlers,
        Facts = () => new NodeFacts { Name = "nas" },
        HeldRuns = _ => ["run_1"],
        Seed = 1,
    };

    protected HubLink Start(HubLinkOptions options, out Task ended)
    {
        var link = new HubLink(options);
        link.StateChanged += (_, changed) => States.Writer.TryWrite(changed.State);
        ended = Task.Run(() => link.RunAsync(_stop.Token));
        _links.Add(ended);
        return link;
    }

    protected async Task<LinkState> UntilAsync(LinkStatus status)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, Cancel);
        while (true)
        {
            var state = await States.Reader.ReadAsync(either.Token);
            if (state.Status == status)
            {
                return state;
            }
        }
    }

    protected static Frame Note(string text) => new() { Notice = new Notice { Text = text } };

    protected static async Task<IReadOnlyList<string>> SeenAsync(Database store, int atLeast, string where = "1 = 1")
    {
        IReadOnlyList<string> seen = [];
        await Eventually.TrueAsync(
            async () =>
            {
                seen = await store.ReadAsync(tx => tx.Query<string>($"select text from seen where {where} order by number"), Cancel);
                return seen.Count >= atLeast;
            },
            Cancel);
        return seen;
    }
}
