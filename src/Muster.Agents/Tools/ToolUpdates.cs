using System.Threading.Channels;

namespace Muster.Agents.Tools;

/// <summary>Progress of one call, on its way to the watchers. A slow watcher misses the oldest, and holds nobody up.</summary>
internal sealed class ToolUpdates(Func<ToolResult, ValueTask> emit)
{
    private const int Waiting = 256;

    private readonly Lock _gate = new();
    private Channel<ToolResult>? _channel;
    private Task _pump = Task.CompletedTask;
    private bool _ended;

    /// <summary>From any thread. Dropped once the call has ended.</summary>
    public void Post(ToolResult partial)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            if (_channel is null)
            {
                _channel = Channel.CreateBounded<ToolResult>(new BoundedChannelOptions(Waiting)
                {
                    FullMode = BoundedChannelFullMode.DropOldest,
                    SingleReader = true,
                });
                _pump = Task.Run(() => PumpAsync(_channel.Reader));
            }

            _channel.Writer.TryWrite(partial);
        }
    }

    /// <summary>Ends the updates; done when the last one was seen.</summary>
    public Task EndAsync()
    {
        lock (_gate)
        {
            _ended = true;
            _channel?.Writer.TryComplete();
            return _pump;
        }
    }

    private async Task PumpAsync(ChannelReader<ToolResult> reader)
    {
        await foreach (var partial in reader.ReadAllAsync())
        {
            await emit(partial);
        }
    }
}
