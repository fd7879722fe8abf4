namespace Muster.Storage.Writing;

/// <summary>One caller's piece of a group: run inside a savepoint, answered after the commit.</summary>
internal abstract class Work
{
    public IReadOnlyList<Action> AfterCommit { get; protected set; } = [];

    public abstract bool Cancelled { get; }

    /// <summary>Set when this work alone was undone.</summary>
    public Exception? Failure { get; set; }

    public abstract void Run(Transaction transaction);

    public abstract void Succeed();

    public abstract void Fail(Exception error);
}

internal sealed class Work<T>(Func<Transaction, T> body, CancellationToken cancel) : Work
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Done => _done.Task;

    public override bool Cancelled => cancel.IsCancellationRequested;

    public override void Run(Transaction transaction)
    {
        _result = body(transaction);
        AfterCommit = transaction.AfterCommit;
    }

    public override void Succeed() => _done.TrySetResult(_result);

    public override void Fail(Exception error)
    {
        if (error is OperationCanceledException && Cancelled)
        {
            _done.TrySetCanceled(cancel);
        }
        else
        {
            _done.TrySetException(error);
        }
    }
}
