using System.Net.WebSockets;
using Google.Protobuf;
using Muster.Node.Link;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;

namespace Muster.Bench.Fleet;

/// <summary>Many links in one process, without a store or an agent: what a hub feels of idle machines.</summary>
public sealed class SimulatedNodes : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task<LinkEnd>> _links = [];

    public int Connected => _links.Count(link => !link.IsCompleted);

    /// <summary>Connects one more; returns once the hub has accepted it.</summary>
    /// <exception cref="InvalidOperationException">The hub refused; the message is the hub's sentence.</exception>
    public async Task ConnectAsync(NodeIdentity identity, CancellationToken cancel)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(FrameSocket.Subprotocol);
        socket.Options.SetRequestHeader("Authorization", $"Bearer {identity.NodeId}.{identity.Secret}");
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        var hub = new UriBuilder(identity.HubUrl) { Path = "/ws/node" };
        hub.Scheme = hub.Scheme == "https" ? "wss" : "ws";
        await socket.ConnectAsync(hub.Uri, cancel);
        var frames = new FrameSocket(socket, TimeProvider.System);
        var welcome = (await ReadAsync(frames, cancel)).Welcome;
        await frames.SendAsync(new Frame { Hello = Hello(identity, welcome) }, cancel);
        var answer = await ReadAsync(frames, cancel);
        if (answer.Accepted is null)
        {
            throw new InvalidOperationException(answer.Refused?.Message ?? "The hub did not answer as a hub does.");
        }

        _links.Add(RunAsync(frames));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_links);
        _stop.Dispose();
    }

    private async Task<LinkEnd> RunAsync(FrameSocket socket)
    {
        await using var owned = socket;
        var session = new LinkSession(socket, new LinkSessionOptions
        {
            Outbox = new Outbox("simulated", (_, _, _, _) => ValueTask.FromResult<IReadOnlyList<OutboxFrame>>([]), (_, _, _) => ValueTask.CompletedTask),
            Applied = new Dictionary<Lane, ulong>(),
            Apply = (_, _, _) => ValueTask.CompletedTask,
            OnVolatile = _ => { },
            Heartbeat = () => new Heartbeat { Load = 0.05, MemoryFreeBytes = 1 << 30 },
        });
        return await session.RunAsync(new StreamPosition { OutboxId = "simulated" }, _stop.Token);
    }

    private static Hello Hello(NodeIdentity identity, Welcome welcome)
    {
        using var key = identity.OpenKey();
        return new Hello
        {
            ProtocolVersion = LinkHandshake.Version,
            Features = { LinkFeatures.Mine },
            NodeId = identity.NodeId,
            Signature = ByteString.CopyFrom(LinkHandshake.Sign(key, welcome, identity.MachineId)),
            MachineId = identity.MachineId,
            BootId = identity.BootId,
            ProgramVersion = "0.1.0",
            Facts = new NodeFacts { Os = "Linux", Architecture = "x64", Hostname = "simulated", Cores = 4 },
            Sends = new StreamPosition { OutboxId = "simulated" },
            Applied = new StreamPosition(),
        };
    }

    private static async Task<Frame> ReadAsync(FrameSocket socket, CancellationToken cancel) =>
        await socket.ReceiveAsync(cancel) is [var frame] ? frame : throw new InvalidOperationException(socket.End?.Message ?? "The hub sent more than one frame.");
}
