using System.Threading.Channels;

namespace Muster.Testing;

/// <summary>For state that gives no signal: asks again and again, and fails after a minute.</summary>
public static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <param name="state">What is the case instead, for the failure.</param>
    public static Task TrueAsync(Func<bool> condition, CancellationToken cancel, Func<string>? state = null) =>
        TrueAsync(() => Task.FromResult(condition()), cancel, state);

    public static async Task TrueAsync(Func<Task<bool>> condition, CancellationToken cancel, Func<string>? state = null)
    {
        using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        while (!await condition())
        {
            try
            {
                await Task.Delay(Pause, TimeProvider.System, either.Token);
            }
            catch (OperationCanceledException error) when (!cancel.IsCancellationRequested)
            {
                throw new TimeoutException($"It did not become true within a minute. {state?.Invoke()}", error);
            }
        }
    }

    /// <summary>The channel's next item, for what is sent once and cannot be asked for again.</summary>
    /// <exception cref="TimeoutException">None came.</exception>
    public static Task<T> NextAsync<T>(this ChannelReader<T> reader, CancellationToken cancel) => reader.ReadAsync(cancel).AsTask().WaitAsync(Deadline, TimeProvider.System, cancel);
}
