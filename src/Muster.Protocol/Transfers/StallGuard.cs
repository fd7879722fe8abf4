namespace Muster.Protocol.Transfers;

/// <summary>Cancels a transfer through which nothing has moved for too long, and tells that apart from the caller's own cancellation.</summary>
internal sealed class StallGuard : IDisposable
{
    private readonly TimeSpan _longest;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _stalled;
    private readonly CancellationTokenSource _either;

    public StallGuard(TimeProvider time, TimeSpan longest, CancellationToken caller)
    {
        (_longest, _caller) = (longest, caller);
        _stalled = new CancellationTokenSource(longest, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_stalled.Token, caller);
    }

    public CancellationToken Token => _either.Token;

    public void Moved() => _stalled.CancelAfter(_longest);

    /// <summary>Runs a piece of a transfer; every way in which a connection can end is one exception.</summary>
    /// <exception cref="TransferBrokenException">It can go on.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> piece)
    {
        try
        {
            return await piece(Token);
        }
        catch (OperationCanceledException error) when (!_caller.IsCancellationRequested)
        {
            throw new TransferBrokenException($"Nothing moved for {_longest.TotalSeconds:0} s.", error);
        }
        catch (HttpRequestException error)
        {
            throw new TransferBrokenException($"The connection to the hub broke ({(error.InnerException ?? error).Message.TrimEnd('.')}).", error);
        }
    }

    public void Dispose()
    {
        _either.Dispose();
        _stalled.Dispose();
    }
}
