using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Audit;
using Muster.Hub.Api;
using Muster.Hub.Fleet;
using Muster.Node.Link;
using Muster.Protocol.Ids;
using Muster.Protocol.Wire;
using Muster.Storage;
using Muster.Storage.Lanes;
using Muster.Storage.Postgres;
using Muster.Storage.Sqlite;
using Muster.Testing;
using Muster.Testing.Hub;

namespace Muster.Tests.Hub.Fleet;

/// <summary>A real server with the fleet alone, on a database that a second host can take over.</summary>
internal sealed class FleetHost : IAsyncDisposable
{
    public static readonly Id<User> Ann = Id<User>.New(TimeProvider.System);
    public static readonly Id<User> Bob = Id<User>.New(TimeProvider.System);

    private readonly WebApplication _app;
    private readonly Channel<(NodeSnapshot Node, NodeChange Change)> _changes = Channel.CreateUnbounded<(NodeSnapshot, NodeChange)>();

    private FleetHost(WebApplication app)
    {
        _app = app;
        Nodes = app.Services.GetRequiredService<NodeDirectory>();
        Database = app.Services.GetRequiredService<Database>();
        Nodes.Changed += (node, change) => _changes.Writer.TryWrite((node, change));
        Nodes.Noticed += notice => Notices.Writer.TryWrite(notice);
        Take(Frame.BodyOneofCase.RunEvent);
        Take(Frame.BodyOneofCase.StopReceipt);
        Take(Frame.BodyOneofCase.Notice);
        Nodes.OnConnected((tx, node, runs) => tx.OnCommitted(() => Held.Writer.TryWrite((node.Name, runs.Runs.Order(StringComparer.Ordinal).ToList()))));
    }

    public NodeDirectory Nodes { get; }

    public Database Database { get; }

    /// <summary>Frames that were handled, after their commit.</summary>
    public Channel<(NodeSnapshot Node, Frame Frame)> Handled { get; } = Channel.CreateUnbounded<(NodeSnapshot, Frame)>();

    public Channel<FleetNotice> Notices { get; } = Channel.CreateUnbounded<FleetNotice>();

    public Channel<(string Node, List<string> Runs)> Held { get; } = Channel.CreateUnbounded<(string, List<string>)>();

    public ConcurrentQueue<string> Log { get; } = new();

    public Uri Url => new(_app.Urls.First());

    public static async Task<FleetHost> StartAsync(TemporaryFolder folder, FleetOptions? options = null, int port = 0, TimeProvider? time = null, HubEngine? engine = null)
    {
        var database = await Database.OpenAsync(
            await HubDatabases.AddressAsync(folder.Path, engine) is { } address
                ? new PostgresOptions { Address = address, CopyFolder = folder.Path, ProgramVersion = new Version(0, 1, 0) }
                : new SqliteOptions { Path = Path.Combine(folder.Path, "hub.db"), ProgramVersion = new Version(0, 1, 0) },
            [.. LaneStore.Migrations, .. Migration.In(typeof(NodeDirectory).Assembly).Where(migration => migration.Number is (>= 100 and < 300) or 330 or (>= 340 and < 350))]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(database);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton(new FleetPeople(
            name => name switch { "ann" or "ou_ann" => Ann, "bob" => Bob, _ => null },
            user => user == Ann ? "ann" : user == Bob ? "bob" : null,
            () => Ann,
            _ => null));
        builder.Services.AddSingleton<AuditLog>();
        builder.Services.AddFleet(options ?? new FleetOptions());
        var app = builder.Build();
        app.UseMiddleware<Problems>();
        app.Use((context, next) =>
        {
            if (context.Request.Headers["X-Test-User"].ToString() is { Length: > 0 } user)
            {
                context.Features.Set(user == "ann" ? new SignedIn(Ann, user, Role.Owner, "en", Scopes.All) : new SignedIn(Bob, user, Role.Member, "en", Scopes.All));
            }

            return next(context);
        });
        app.MapFleet();
        var host = new FleetHost(app);
        await app.StartAsync();
        return host;
    }

    /// <summary>Requests by a user: ann owns the hub, bob is a member.</summary>
    public HttpClient Client(string user = "ann")
    {
        var client = new HttpClient { BaseAddress = Url };
        client.DefaultRequestHeaders.Add("X-Test-User", user);
        return client;
    }

    /// <summary>A token's secret, as its owner would carry it to the new machine.</summary>
    public async Task<string> OfferAsync(string user = "ann", string path = "/api/v1/enrolments")
    {
        using var client = Client(user);
        using var answer = await client.PostAsJsonAsync(path, new { });
        answer.EnsureSuccessStatusCode();
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        return JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.AsSpan(4))).RootElement.GetProperty("s").GetString()!;
    }

    public async Task<NodeIdentity> JoinAsync(string name, string user = "ann")
    {
        using var client = Client();
        return await ScriptedNode.JoinAsync(client, await OfferAsync(user), name);
    }

    public async Task<NodeSnapshot> UntilAsync(NodeChange change, CancellationToken cancel)
    {
        while (true)
        {
            var next = await _changes.Reader.NextAsync(cancel);
            if (next.Change == change)
            {
                return next.Node;
            }
        }
    }

    public async Task<RunEvent> NextEventAsync(CancellationToken cancel)
    {
        while (true)
        {
            if ((await Handled.Reader.NextAsync(cancel)).Frame.RunEvent is { } happened)
            {
                return happened;
            }
        }
    }

    public static Forward Forward(string text) => new()
    {
        RunId = Id<Run>.New(TimeProvider.System).ToString(),
        ConversationId = Id<Conversation>.New(TimeProvider.System).ToString(),
        MessageId = Id<Message>.New(TimeProvider.System).ToString(),
        UserId = Ann.ToString(),
        UserName = "ann",
        Text = text,
    };

    public Task SendAsync(string node, Frame frame) =>
        Database.WriteAsync(tx => Nodes.Enqueue(tx, Id<Muster.Protocol.Ids.Node>.Parse(node), Muster.Protocol.Link.Lane.Chat, frame));

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10), TimeProvider.System);
        await _app.StopAsync(deadline.Token);
        await _app.DisposeAsync();
        await Database.DisposeAsync();
    }

    private void Take(Frame.BodyOneofCase kind) =>
        Nodes.Handle(kind, (tx, node, frame) => tx.OnCommitted(() => Handled.Writer.TryWrite((node, frame))));
}
