using System.Collections.Concurrent;
using Muster.Node.Link;
using Muster.Protocol.Ids;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Assistant;

/// <summary>Asks a person through the hub, and waits. No answer in time is a no.</summary>
internal sealed class ApprovalGate(HubLink link, Database database, TimeProvider time)
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<ApprovalAnswer>> _waiting = new(StringComparer.Ordinal);

    /// <param name="call">The call's own id: asked again after a restart, it is the same request, and an answer given meanwhile counts.</param>
    /// <returns>Null when a person said yes; else why not, for the model.</returns>
    public async ValueTask<string?> AskAsync(ApprovalRequest request, string call, CancellationToken abort)
    {
        request.ApprovalId = Id<Approval>.Within(Id<Run>.Parse(request.RunId), call).ToString();
        request.ExpiresSeconds = _patience.TotalSeconds;
        var waiter = new TaskCompletionSource<ApprovalAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[request.ApprovalId] = waiter;
        try
        {
            await database.WriteAsync(
                transaction => link.Enqueue(transaction, Lane.Control, new Frame { ApprovalRequest = request }), abort);
            var answer = await waiter.Task.WaitAsync(_patience, time, abort);
            return answer switch
            {
                { Allow: true } => null,
                { Reason.Length: > 0 } => answer.Reason,
                _ => $"{(answer.By.Length > 0 ? answer.By : "A person")} did not allow this call.",
            };
        }
        catch (TimeoutException)
        {
            return $"Nobody answered within {_patience.TotalMinutes:0} minutes, so this call was not made.";
        }
        finally
        {
            _waiting.TryRemove(request.ApprovalId, out _);
        }
    }

    public void OnAnswer(Transaction transaction, Frame frame)
    {
        if (_waiting.TryGetValue(frame.ApprovalAnswer.ApprovalId, out var waiter))
        {
            transaction.OnCommitted(() => waiter.TrySetResult(frame.ApprovalAnswer));
        }
    }
}
