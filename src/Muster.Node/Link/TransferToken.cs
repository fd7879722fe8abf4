namespace Muster.Node.Link;

/// <summary>The bearer of transfers by HTTP: a new one with each link, none without one.</summary>
public sealed class TransferToken
{
    private readonly Lock _gate = new();
    private string? _current;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal void Set(string? token)
    {
        lock (_gate)
        {
            _current = string.IsNullOrEmpty(token) ? null : token;
            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Waits until there is one.</summary>
    /// <param name="stale">One that the hub does not take any more: another is waited for.</param>
    public async Task<string> GetAsync(string? stale, CancellationToken cancel)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_current is { } token && token != stale)
                {
                    return token;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancel);
        }
    }
}
