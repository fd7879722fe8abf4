using System.Net.WebSockets;
using Google.Protobuf;
using Muster.Client.Http;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;

namespace Muster.Client.Workers;

/// <summary>The worker's end of its link: registers, dials, shakes hands, and begins again when it breaks.</summary>
internal sealed class WorkerLink : IAsyncDisposable
{
    private static readonly TimeSpan _handshakeTimeout = TimeSpan.FromSeconds(10);
    private readonly Transport _transport;
    private readonly MusterClientOptions _client;
    private readonly WorkerOptions _options;
    private readonly Action<WorkerState> _tell;
    private readonly WorkerIdentity _identity = new();
    private readonly MemoryOutbox _outbox = new();
    private readonly FunctionRunner _runner;
    private readonly IReadOnlyCollection<string> _functions;
    private readonly string _bootId = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));
    private LinkSession? _session;

    public WorkerLink(
        Transport transport, MusterClientOptions client, WorkerOptions options, IReadOnlyDictionary<string, FunctionHandler> handlers, Action<WorkerState> tell)
    {
        (_transport, _client, _options, _tell, _functions) = (transport, client, options, tell, [.. handlers.Keys]);
        _runner = new FunctionRunner(handlers, options, new ResultBatcher(_identity, SendResults, client.Time), client.Time);
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        _tell(new WorkerState(false, $"Connecting to {_transport.Hub}."));
        var reconnect = new Reconnect(_client.Time, new Random(Environment.ProcessId));
        await RegisterAsync(reconnect, cancel);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var running = ServeAsync(end);
        try
        {
            while (true)
            {
                await ConnectAsync(reconnect, end.Token);
                await reconnect.WaitAsync(end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            _tell(new WorkerState(false, "The worker stops."));
        }
        finally
        {
            await running;
        }
    }

    public ValueTask DisposeAsync()
    {
        _identity.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The connection does not outlive what serves it.</summary>
    private async Task ServeAsync(CancellationTokenSource end)
    {
        try
        {
            await _runner.RunAsync(end.Token);
        }
        finally
        {
            await end.CancelAsync();
        }
    }

    /// <summary>A hub that is not there is waited for; one that refuses is not.</summary>
    private async Task RegisterAsync(Reconnect reconnect, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await _identity.RegisterAsync(_transport, _options.Name, cancel);
                return;
            }
            catch (MusterException failure) when (failure.IsUnreachable)
            {
                _tell(new WorkerState(false, $"{failure.Detail} Trying again."));
            }

            await reconnect.WaitAsync(cancel);
        }
    }

    private async Task ConnectAsync(Reconnect reconnect, CancellationToken cancel)
    {
        try
        {
            using var deadline = new CancellationTokenSource(_handshakeTimeout, _client.Time);
            using var opening = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
            await using var socket = new FrameSocket(await DialAsync(opening.Token), _client.Time);
            var end = await HoldAsync(socket, reconnect, opening.Token, cancel);
            _tell(new WorkerState(false, end));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            _tell(new WorkerState(false, $"{_transport.Hub} did not answer within {_handshakeTimeout.TotalSeconds:0} s; trying again."));
        }
        catch (WebSocketException error)
        {
            _tell(new WorkerState(false, $"{_transport.Hub} cannot be reached ({error.Message}); trying again."));
        }
        finally
        {
            Volatile.Write(ref _session, null);
        }
    }

    private async Task<string> HoldAsync(FrameSocket socket, Reconnect reconnect, CancellationToken opening, CancellationToken cancel)
    {
        if (await ReceiveAsync(socket, opening) is not { Welcome: { } welcome } || !LinkHandshake.WorksWith(welcome.ProtocolVersion))
        {
            return $"{_transport.Hub} runs a version of Muster that this program does not work with: update the older of the two.";
        }

        var position = _outbox.Position;
        await socket.SendAsync(new Frame { Hello = Hello(welcome, position) }, opening);
        var answer = await ReceiveAsync(socket, opening);
        if (answer is not { Accepted: { } accepted })
        {
            if (answer?.Refused is { Code: "unknown_node" or "revoked" })
            {
                await RegisterAsync(reconnect, cancel); // it was away for too long and is forgotten
            }

            return answer?.Refused?.Message ?? $"{_transport.Hub} closed the connection.";
        }

        var resumption = LinkHandshake.Resume(position, accepted.Applied);
        if (!resumption.Resumes)
        {
            _outbox.Renumber();
            return "The hub has lost count of this program's results; they are sent again.";
        }

        reconnect.FrameReceived();
        var session = new LinkSession(socket, SessionOptions(welcome));
        Volatile.Write(ref _session, session);
        _tell(new WorkerState(true, $"Connected to {_transport.Hub}."));
        return (await session.RunAsync(resumption.From, cancel)).Message;
    }

    private LinkSessionOptions SessionOptions(Welcome welcome) => new()
    {
        Outbox = _outbox.ForSession(),
        Applied = new Dictionary<Lane, ulong>(),
        Apply = (_, _, _) => ValueTask.CompletedTask, // a hub keeps nothing for a worker
        OnVolatile = Take,
        Heartbeat = () => new Heartbeat { Running = (uint)_runner.Running, SentAt = _client.Time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0 },
        PeerFeatures = welcome.Features.ToHashSet(),
        Time = _client.Time,
    };

    private void Take(Frame frame)
    {
        if (frame.Leases is { } leases)
        {
            _runner.Take(leases);
        }
        else if (frame.AttemptControl is { Action: "stop" } control)
        {
            _runner.Stop(control.Ref);
        }
    }

    private void SendResults(ResultBatch batch)
    {
        _outbox.Add(new Frame { Results = batch });
        Volatile.Read(ref _session)?.Pulse(Lane.Pool);
    }

    private Hello Hello(Welcome welcome, OutboxPosition position)
    {
        var offer = new NodeOffer { Slots = (uint)(_options.Concurrency + _options.Prefetch), Runtimes = { "function" } };
        offer.Functions.Add(_functions);
        var hello = new Hello
        {
            ProtocolVersion = LinkHandshake.Version, NodeId = _identity.NodeId, MachineId = _identity.MachineId, BootId = _bootId, ProgramVersion = "0.1.0",
            Signature = ByteString.CopyFrom(LinkHandshake.Sign(_identity.Key, welcome, _identity.MachineId)), Offer = offer, Sends = position.ToSends(),
            Facts = new NodeFacts { Name = _options.Name, Hostname = Environment.MachineName, Cores = (uint)_options.Concurrency },
        };
        hello.Features.Add(LinkFeatures.Mine);
        hello.Attempts.Add(_runner.Held);
        return hello;
    }

    private async Task<WebSocket> DialAsync(CancellationToken cancel)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.AddSubProtocol(FrameSocket.Subprotocol);
            socket.Options.SetRequestHeader("Authorization", $"Bearer {_identity.Bearer}");
            socket.Options.KeepAliveInterval = TimeSpan.Zero; // the session has heartbeats of its own
            if (_client.Fingerprint is { Length: > 0 } pin)
            {
                socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => HubPin.Matches(certificate, pin);
            }

            var hub = new UriBuilder(new Uri(_transport.Hub, "ws/node"));
            hub.Scheme = hub.Scheme == "https" ? "wss" : "ws";
            await socket.ConnectAsync(hub.Uri, cancel);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Frame?> ReceiveAsync(FrameSocket socket, CancellationToken cancel) => (await socket.ReceiveAsync(cancel)) is [var frame, ..] ? frame : null;
}
