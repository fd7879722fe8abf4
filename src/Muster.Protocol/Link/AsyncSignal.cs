using System.Threading.Channels;

namespace Muster.Protocol.Link;

/// <summary>Wakes one waiter; stays set until it is taken. Setting it again and again is cheap.</summary>
internal sealed class AsyncSignal
{
    private readonly Channel<byte> _channel = Channel.CreateBounded<byte>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private int _set;

    public void Set()
    {
        if (Interlocked.CompareExchange(ref _set, 1, 0) == 0)
        {
            _channel.Writer.TryWrite(0);
        }
    }

    public async ValueTask WaitAsync(CancellationToken cancel)
    {
        await _channel.Reader.ReadAsync(cancel);
        Interlocked.Exchange(ref _set, 0);
    }
}
