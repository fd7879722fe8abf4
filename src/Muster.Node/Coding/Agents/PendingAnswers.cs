namespace Muster.Node.Coding.Agents;

/// <summary>Answers to an agent's questions that are being found while it is read on. None outlives its turn.</summary>
internal sealed class PendingAnswers(CancellationToken stop) : IAsyncDisposable
{
    private readonly CancellationTokenSource _over = CancellationTokenSource.CreateLinkedTokenSource(stop);
    private readonly List<Task> _tasks = [];

    public void Add(Func<CancellationToken, Task> answer)
    {
        _tasks.RemoveAll(task => task.IsCompletedSuccessfully);
        _tasks.Add(Task.Run(() => answer(_over.Token), CancellationToken.None));
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        // One that failed left its question unanswered, which ended the turn already.
        await Task.WhenAll(_tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _over.Dispose();
    }
}
