using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using BenchmarkDotNet.Attributes;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;

namespace Muster.Bench.Link;

/// <summary>Small frames over one WebSocket on loopback, both ends in this process.</summary>
[MemoryDiagnoser]
public class LinkThroughput : IDisposable
{
    private const int Frames = 400_000;

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _ends = [];
    private readonly AutoResetEvent _all = new(initialState: false);
    private readonly byte[] _body = FrameBody.Encode(new Frame { RunEvent = new RunEvent { RunId = "run_01", Name = "message_update", Json = "{\"text\":\"word\"}" } });
    private LinkSession _node = null!;
    private int _received;
    private ulong _kept;

    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult(); // in-process runs do not await a setup

    private async Task SetupAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var near = new TcpClient { NoDelay = true };
        await near.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        var far = await listener.AcceptTcpClientAsync();
        _node = Open(WebSocket.CreateFromStream(near.GetStream(), isServer: false, null, TimeSpan.Zero));
        Open(WebSocket.CreateFromStream(far.GetStream(), isServer: true, null, TimeSpan.Zero));
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _stop.Cancel();
        Task.WhenAll(_ends).GetAwaiter().GetResult();
        Dispose();
    }

    public void Dispose()
    {
        _stop.Dispose();
        _all.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(OperationsPerInvoke = Frames)]
    public void Volatile()
    {
        _received = 0;
        var frame = new Frame { RunEvent = new RunEvent { RunId = "run_01", Name = "message_update", Json = "{\"text\":\"word\"}" } };
        for (var number = 0; number < Frames;)
        {
            if (_node.TrySend(frame))
            {
                number++;
            }
            else
            {
                Thread.Yield();
            }
        }

        _all.WaitOne();
    }

    [Benchmark(OperationsPerInvoke = Frames)]
    public void Reliable()
    {
        _received = 0;
        Interlocked.Add(ref _kept, Frames);
        _node.Pulse(Lane.Chat);
        _all.WaitOne();
    }

    private LinkSession Open(WebSocket socket)
    {
        var session = new LinkSession(
            new FrameSocket(socket, TimeProvider.System),
            new LinkSessionOptions
            {
                Outbox = new Outbox("bench", ReadAsync, (_, _, _) => default),
                Applied = new Dictionary<Lane, ulong>(),
                Heartbeat = () => new Heartbeat(),
                OnVolatile = frame => Count(frame.BodyCase == Frame.BodyOneofCase.RunEvent ? 1 : 0),
                Apply = (_, frames, _) =>
                {
                    Count(frames.Count);
                    return default;
                },
            });
        _ends.Add(session.RunAsync(new StreamPosition(), _stop.Token));
        return session;
    }

    private void Count(int frames)
    {
        if (frames > 0 && Interlocked.Add(ref _received, frames) == Frames)
        {
            _all.Set();
        }
    }

    private ValueTask<IReadOnlyList<OutboxFrame>> ReadAsync(Lane lane, ulong after, int limit, CancellationToken cancel)
    {
        var count = lane == Lane.Chat ? (int)Math.Min((ulong)limit, Interlocked.Read(ref _kept) - after) : 0;
        return new([.. Enumerable.Range(1, count).Select(number => new OutboxFrame(after + (ulong)number, _body))]);
    }
}
