using System.Net;
using System.Net.Sockets;

namespace Muster.Testing;

/// <summary>Passes TCP connections on to another port, until it is told to cut them all.</summary>
public sealed class TcpRelay : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<Socket> _open = [];
    private readonly Task _accepting;
    private long _untilCut = long.MaxValue;
    private long _passed;

    public TcpRelay(int target)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _accepting = AcceptAsync(target);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Bytes, in both directions together.</summary>
    public long Passed => Interlocked.Read(ref _passed);

    /// <summary>Cuts everything once this many more bytes have passed, perhaps in the middle of a message.</summary>
    public void CutAfter(long bytes) => Interlocked.Exchange(ref _untilCut, bytes);

    /// <summary>Cuts all connections without a goodbye; later ones pass.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _open.ForEach(socket => socket.Close(0));
            _open.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        Cut();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync(int target)
    {
        var pumps = new List<Task>();
        try
        {
            while (true)
            {
                var near = await _listener.AcceptAsync(_stop.Token);
                var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await far.ConnectAsync(IPAddress.Loopback, target, _stop.Token);
                lock (_gate)
                {
                    _open.AddRange([near, far]);
                }

                pumps.AddRange([PumpAsync(near, far), PumpAsync(far, near)]);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(pumps);
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[1500];
        try
        {
            while (await from.ReceiveAsync(buffer) is var count and > 0)
            {
                Interlocked.Add(ref _passed, count);
                var left = Interlocked.Add(ref _untilCut, -count);
                await to.SendAsync(buffer.AsMemory(0, left < 0 ? (int)Math.Max(0, count + left) : count));
                if (left < 0)
                {
                    Interlocked.Exchange(ref _untilCut, long.MaxValue);
                    Cut();
                    return;
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            Cut(); // one half is gone, so is the other
        }
    }
}
