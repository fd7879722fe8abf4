using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Muster.Node.Link;
using Muster.Protocol.Ids;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Assistant;

/// <summary>
/// Asks a person through the hub, and waits. No answer in time is a no, and a yes counts only with the digest of what is to be done here: what
/// somebody else saw, or what was changed since, is not allowed by it.
/// </summary>
/// <param name="shutdown">What waits then is asked again when the node is back.</param>
internal sealed class ApprovalGate(HubLink link, Database database, TimeProvider time, CancellationToken shutdown)
{
    private const int LongestPreview = 40_000;
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, (string Digest, TaskCompletionSource<ApprovalAnswer> Waiter)> _waiting = new(StringComparer.Ordinal);

    /// <param name="call">The call's own id: asked again after a restart, it is the same request, and an answer given meanwhile counts. No attempt of a task outlives a restart.</param>
    /// <returns>Null when a person said yes; else why not, for the model.</returns>
    public async ValueTask<string?> AskAsync(ApprovalRequest request, string call, CancellationToken abort)
    {
        var remembered = Digest(request.Tool, request.ArgumentsJson, request.Folder);
        if (await database.ReadAsync(tx => IsRemembered(tx, request.ConversationId, remembered), abort))
        {
            return null;
        }

        request.Preview = request.Preview.Length <= LongestPreview ? request.Preview : request.Preview[..LongestPreview] + "\n…";
        request.ApprovalId = (request.Ref is null ? Id<Approval>.Within(Id<Run>.Parse(request.RunId), call) : Id<Approval>.New(time)).ToString();
        request.Digest = Digest(request.ApprovalId, request.Tool, request.ArgumentsJson, request.Folder, request.Preview);
        request.ExpiresSeconds = _patience.TotalSeconds;
        var waiter = new TaskCompletionSource<ApprovalAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[request.ApprovalId] = (request.Digest, waiter);
        try
        {
            await database.WriteAsync(
                transaction => link.Enqueue(transaction, Lane.Control, new Frame { ApprovalRequest = request }), abort);
            var answer = await waiter.Task.WaitAsync(_patience, time, abort);
            if (answer is { Allow: true, Remember: true })
            {
                await database.WriteAsync(tx => Remember(tx, request.ConversationId, remembered), abort);
            }

            return answer switch
            {
                { Allow: true } => null,
                { Reason.Length: > 0 } => answer.Reason,
                _ => $"{(answer.By.Length > 0 ? answer.By : "A person")} did not allow this call.",
            };
        }
        catch (OperationCanceledException) when (!shutdown.IsCancellationRequested)
        {
            await WithdrawAsync(request.ApprovalId);
            throw;
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

    private async Task WithdrawAsync(string approval)
    {
        try
        {
            await database.WriteAsync(
                transaction => link.Enqueue(transaction, Lane.Control, new Frame { ApprovalWithdrawn = new ApprovalWithdrawn { ApprovalId = approval } }), CancellationToken.None);
        }
        catch (StorageException)
        {
            // A full disk: it is shown until it expires, and an answer to it does nothing.
        }
    }

    public void OnAnswer(Transaction transaction, Frame frame)
    {
        var answer = frame.ApprovalAnswer;
        // A yes to what it was before: the hub was asked anew, and so is the person.
        if (_waiting.TryGetValue(answer.ApprovalId, out var asked) && !(answer.Allow && answer.Digest != asked.Digest))
        {
            transaction.OnCommitted(() => asked.Waiter.TrySetResult(answer));
        }
    }

    private static bool IsRemembered(Transaction tx, string conversation, string digest) => tx.Scalar<long>(
        "select count(*) from remembered_approvals where conversation_id = @conversation and call_digest = @digest", new { conversation, digest }) > 0;

    private static void Remember(Transaction tx, string conversation, string digest) => tx.Execute(
        "insert into remembered_approvals (conversation_id, call_digest) values (@conversation, @digest) on conflict do nothing", new { conversation, digest });

    /// <summary>Each part with its length before it, so that none can pass for another.</summary>
    private static string Digest(params string[] parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(parts.Select(part => $"{part.Length}:{part}")))));
}
