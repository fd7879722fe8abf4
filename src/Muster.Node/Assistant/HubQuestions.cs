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
    public HubCalls For(string runId) => (method, json, cancel) => AskAsync(new HubAsker(runId), method, json, cancel);

    /// <summary>Asks behind the events of runs, so that the hub hears all of it in this order; and again until it answers, which the question must bear.</summary>
    /// <exception cref="ToolException">The hub refused.</exception>
    public async Task<string> InsistAsync(HubAsker asker, string method, string json, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await AskAsync(asker, method, json, cancel, Lane.Chat);
            }
            catch (HubSilentException)
            {
                // While it is away the question waits in the outbox: more of them would only stand in the way of the rest.
                while (link.State.Status != LinkStatus.Online)
                {
                    await Task.Delay(_deadline, time, cancel);
                }
            }
        }
    }

    /// <summary>Tells the hub something, behind the events of runs; returns once it cannot be lost.</summary>
    public async Task TellAsync(HubAsker asker, string method, string json) =>
        await database.WriteAsync(transaction => link.Enqueue(transaction, Lane.Chat, new Frame { HubCall = Call(asker, method, json) }));

    /// <summary>As <see cref="TellAsync"/>, and returns once the hub has heard it, whatever it thinks of it, or its answer is overdue.</summary>
    public async Task ReportAsync(HubAsker asker, string method, string json)
    {
        try
        {
            await AskAsync(asker, method, json, CancellationToken.None, Lane.Chat);
        }
        catch (ToolException)
        {
            // where the hub is away, it stays in the outbox
        }
    }

    /// <exception cref="ToolException">The hub refused, or did not answer in time.</exception>
    private async Task<string> AskAsync(HubAsker asker, string method, string json, CancellationToken cancel, Lane lane = Lane.Control)
    {
        var call = Call(asker, method, json);
        var waiter = _waiting.GetOrAdd(call.CallId, _ => new TaskCompletionSource<HubReply>(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
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
            _waiting.TryRemove(call.CallId, out _);
        }
    }

    public void OnReply(Transaction transaction, Frame frame)
    {
        if (_waiting.TryGetValue(frame.HubReply.CallId, out var waiter))
        {
            transaction.OnCommitted(() => waiter.TrySetResult(frame.HubReply));
        }
    }

    private HubCall Call(HubAsker asker, string method, string json) =>
        new() { CallId = Id<Key>.New(time).ToString(), RunId = asker.RunId, Method = method, Json = json, Ref = asker.Attempt };
}
