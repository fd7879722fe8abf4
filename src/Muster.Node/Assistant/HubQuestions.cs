using System.Collections.Concurrent;
using Muster.Agents.Tools;
using Muster.Node.Link;
using Muster.Node.Tools;
using Muster.Protocol.Ids;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Assistant;

/// <summary>Questions of this node to its hub: each waits for the reply with its id, or for its deadline.</summary>
internal sealed class HubQuestions(HubLink link, Database database, TimeProvider time)
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<HubReply>> _waiting = new(StringComparer.Ordinal);

    /// <summary>Asks in the name of a run: the hub answers with what that run's user may see.</summary>
    public HubCalls For(string runId) => (method, json, cancel) => AskAsync(runId, method, json, cancel);

    /// <summary>Asks behind the events of runs, so that the hub hears all of it in this order; and again until it answers, which the question must bear.</summary>
    /// <exception cref="ToolException">The hub refused.</exception>
    public async Task<string> InsistAsync(string runId, string method, string json, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await AskAsync(runId, method, json, cancel, Lane.Chat);
            }
            catch (HubSilentException)
            {
                // it is away: there is nothing to do until it is back
            }
        }
    }

    /// <summary>Tells the hub something, behind the events of runs; returns once it cannot be lost.</summary>
    public async Task TellAsync(string runId, string method, string json) => await database.WriteAsync(transaction => link.Enqueue(
        transaction, Lane.Chat, new Frame { HubCall = new HubCall { CallId = Id<Key>.New(time).ToString(), RunId = runId, Method = method, Json = json } }));

    /// <exception cref="ToolException">The hub refused, or did not answer in time.</exception>
    private async Task<string> AskAsync(string runId, string method, string json, CancellationToken cancel, Lane lane = Lane.Control)
    {
        var callId = Id<Key>.New(time).ToString();
        var waiter = _waiting.GetOrAdd(callId, _ => new TaskCompletionSource<HubReply>(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            var call = new HubCall { CallId = callId, RunId = runId, Method = method, Json = json };
            await database.WriteAsync(transaction => link.Enqueue(transaction, lane, new Frame { HubCall = call }), cancel);
            var reply = await waiter.Task.WaitAsync(_deadline, time, cancel);
            return reply.Error.Length == 0 ? reply.Json : throw new ToolException(reply.Error);
        }
        catch (TimeoutException)
        {
            // The question stays in the outbox, so a note that was to be kept will be.
            throw new HubSilentException(
                $"The hub did not answer within {_deadline.TotalSeconds:0} s; it cannot be reached now."
                + method switch
                {
                    "memory.write" => " The note reaches it when it is back: do not write it again.",
                    "files.send" => " The file reaches the user when it is back: do not send it again.",
                    "jobs.submit" => " The job reaches it when it is back: do not submit it again.",
                    "schedules.add" => " The request reaches it when it is back: do not ask for it again.",
                    _ => "",
                });
        }
        finally
        {
            _waiting.TryRemove(callId, out _);
        }
    }

    public void OnReply(Transaction transaction, Frame frame)
    {
        if (_waiting.TryGetValue(frame.HubReply.CallId, out var waiter))
        {
            transaction.OnCommitted(() => waiter.TrySetResult(frame.HubReply));
        }
    }
}
