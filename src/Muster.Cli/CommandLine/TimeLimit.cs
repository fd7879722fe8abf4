namespace Muster.Cli;

/// <summary>How long a command may take in all.</summary>
internal sealed class TimeLimit : IDisposable
{
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenSource _either;
    private readonly CancellationToken _command;

    public TimeLimit(TimeSpan? longest, TimeProvider time, CancellationToken command)
    {
        _command = command;
        _limit = new CancellationTokenSource(longest ?? Timeout.InfiniteTimeSpan, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, command);
    }

    /// <summary>Cancelled by the limit or by an interrupt.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>The time ran out, and nobody interrupted before.</summary>
    public bool IsOver => _limit.IsCancellationRequested && !_command.IsCancellationRequested;

    public void Dispose()
    {
        _either.Dispose();
        _limit.Dispose();
    }
}
