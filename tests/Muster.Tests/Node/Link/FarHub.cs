using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;
using Muster.Storage.Lanes;

namespace Muster.Tests.Node.Link;

/// <summary>The least that is a hub's end of the link: Kestrel, the handshake, and notes written to a store.</summary>
internal sealed class FarHub : IAsyncDisposable
{
    public const string Schema = "create table seen (number integer primary key autoincrement, lane integer, text text)";

    private readonly WebApplication _app;
    private readonly LaneStore _lanes;
    private readonly byte[] _publicKey;
    private LinkSession? _session;

    private FarHub(WebApplication app, Database database, byte[] publicKey)
    {
        (_app, Database, _publicKey) = (app, database, publicKey);
        _lanes = new LaneStore(database);
    }

    public Database Database { get; }

    public int Port { get; private set; }

    public int Status { get; set; } = 200;

    public Refused? Refusal { get; set; }

    /// <summary>Hellos as they came; links as they ended.</summary>
    public Channel<Hello> Hellos { get; } = Channel.CreateUnbounded<Hello>();

    public Channel<Frame> Volatile { get; } = Channel.CreateUnbounded<Frame>();

    public Channel<Unsupported> Unsupported { get; } = Channel.CreateUnbounded<Unsupported>();

    public static async Task<FarHub> StartAsync(Database database, byte[] publicKey, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        builder.WebHost.UseKestrelHttpsConfiguration();
        var app = builder.Build();
        var hub = new FarHub(app, database, publicKey);
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });
        app.Run(hub.ServeAsync);
        await app.StartAsync();
        hub.Port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        return hub;
    }

    public Task SendAsync(Lane lane, Frame frame) => Database.WriteAsync(tx =>
    {
        _lanes.Add(tx, "node", (int)lane, FrameBody.Encode(frame));
        tx.OnCommitted(() => _session?.Pulse(lane));
    });

    public void CloseLink(LinkEnd end) => _session?.Close(end);

    public async ValueTask DisposeAsync()
    {
        _session?.Close(new LinkEnd(LinkEndReason.Cancelled, "The hub stops."));
        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        if (Status != 200 || context.Request.Path != "/ws/node" || context.Request.Headers.Authorization != "Bearer nod_1.secret")
        {
            context.Response.StatusCode = Status == 200 ? 401 : Status;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(FrameSocket.Subprotocol);
        await using var frames = new FrameSocket(socket, TimeProvider.System);
        var welcome = LinkHandshake.Welcome("hub_1", "0.1.0", LinkHandshake.NewNonce());
        await frames.SendAsync(new Frame { Welcome = welcome }, context.RequestAborted);
        if (await frames.ReceiveAsync(context.RequestAborted) is not [{ Hello: { } hello }])
        {
            return;
        }

        Hellos.Writer.TryWrite(hello);
        if (Refusal is not null || !LinkHandshake.Verify(_publicKey, welcome, hello.MachineId, hello.Signature.Span))
        {
            await frames.SendAsync(new Frame { Refused = Refusal ?? new Refused { Code = "signature", Message = "Wrong key." } }, default);
            return;
        }

        await RunAsync(frames, hello, context.RequestAborted);
    }

    private async Task RunAsync(FrameSocket socket, Hello hello, CancellationToken cancel)
    {
        var (resume, mine, applied) = await Database.WriteAsync(tx =>
        {
            var rule = LinkHandshake.Resume(Position(_lanes.Outbox(tx, "node")), hello.Applied);
            var outbox = rule.Resumes ? _lanes.Outbox(tx, "node") : _lanes.Reset(tx, "node");
            var inbox = _lanes.Applied(tx, "node");
            return (rule, Position(outbox), LinkHandshake.Applied(inbox.OutboxId, inbox.Lanes, hello.Sends));
        }, cancel);
        var session = new LinkSession(socket, new LinkSessionOptions
        {
            Outbox = new Outbox(
                mine.Id,
                async (lane, after, limit, token) =>
                    [.. (await _lanes.ReadAsync("node", (int)lane, after, limit, token)).Select(frame => new OutboxFrame(frame.Sequence, frame.Body))],
                async (lane, upTo, token) => await _lanes.ForgetAsync("node", (int)lane, upTo, token)),
            Applied = LinkHandshake.Lanes(applied),
            Apply = async (lane, some, token) => await Database.WriteAsync(
                tx =>
                {
                    foreach (var frame in some)
                    {
                        tx.Execute("insert into seen (lane, text) values (@lane, @text)", new { lane = (int)lane, text = frame.Notice?.Text ?? "" });
                    }

                    _lanes.SetApplied(tx, "node", hello.Sends.OutboxId, (int)lane, some[^1].Sequence);
                },
                token),
            OnVolatile = frame => Volatile.Writer.TryWrite(frame),
            OnUnsupported = (lane, sequence, body) => Unsupported.Writer.TryWrite(new Unsupported { Lane = (uint)lane, Sequence = sequence, Body = body }),
            Heartbeat = () => new Heartbeat(),
        });
        _session = session;
        await socket.SendAsync(
            new Frame { Accepted = new Accepted { Sends = mine.ToSends(), Applied = applied, NodeName = "nas" } }, cancel);
        await session.RunAsync(resume.Resumes ? resume.From : new StreamPosition(), cancel);
    }

    private static OutboxPosition Position(LaneOutbox outbox) =>
        new(outbox.Id, [.. outbox.Lanes.Select(lane => new OutboxLane(lane.Lane, lane.Next, lane.Forgotten))]);
}
