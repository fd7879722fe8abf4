using Muster.Agents.Tools;

namespace Muster.Node.Coding.Agents;

/// <summary>Answers to an agent's questions that are being found while it is read on. None outlives its turn.</summary>
internal sealed class PendingAnswers(CancellationToken stop) : IAsyncDisposable
{
    private readonly CancellationTokenSource _over = CancellationTokenSource.CreateLinkedTokenSource(stop);
    private readonly List<Task> _tasks = [];

    /// <param name="answer">Finds an answer and sends it.</param>
    /// <param name="refuse">Sends a no instead, with a sentence that says why, where that failed: an agent waits until it is answered.</param>
    public void Add(Func<CancellationToken, Task> answer, Func<string, CancellationToken, Task> refuse)
    {
        _tasks.RemoveAll(task => task.IsCompletedSuccessfully);
        _tasks.Add(Task.Run(() => AnswerAsync(answer, refuse), CancellationToken.None));
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await Task.WhenAll(_tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the turn is over, and nobody waits for them
        _over.Dispose();
    }

    private async Task AnswerAsync(Func<CancellationToken, Task> answer, Func<string, CancellationToken, Task> refuse)
    {
        try
        {
            await answer(_over.Token);
        }
        catch (Exception failure) when (!_over.IsCancellationRequested)
        {
            await refuse(failure is ToolException ? failure.Message : $"This machine could not decide about it, so it is not done: {failure.Message}", _over.Token);
        }
    }
}
