using System.Collections.Concurrent;
using Muster.Hub.Chat.Threads;
using Muster.Hub.Chat.Tools;
using Muster.Hub.Fleet;
using Muster.Hub.Fleet.Links;
using Muster.Hub.Routing;
using Muster.Hub.Spending;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Chat.Runs;

/// <summary>Which runs are open, and what their end sets free.</summary>
internal sealed class RunEnds(ThreadStore threads, NodeDirectory nodes, SpendingDesk spending, Wakes wakes, Database database, TimeProvider time)
{
    // Deltas are checked without the database; filled when a run's first durable event or the hub's start shows it.
    private readonly ConcurrentDictionary<string, (string Node, string Conversation)> _open = new(StringComparer.Ordinal);

    public int Open => _open.Count;

    public void Load(Transaction tx)
    {
        foreach (var run in tx.Query<(string Id, string Node, string Conversation)>("select id, node_id, conversation_id from runs where state = 'running'"))
        {
            _open[run.Id] = (run.Node, run.Conversation);
        }
    }

    public void Began(Transaction tx, RunRow run) => tx.OnCommitted(() => _open[run.Id] = (run.NodeId, run.ConversationId));

    /// <summary>Its deltas are no longer shown.</summary>
    public void Closed(Transaction tx, string run) => tx.OnCommitted(() => _open.TryRemove(run, out _));

    public bool IsOpen(string run, Id<Node> node, string conversation) =>
        _open.TryGetValue(run, out var known) && known.Node == node.ToString() && known.Conversation == conversation;

    public bool IsOpen(string run) => _open.ContainsKey(run);

    /// <summary>The machine said that the run ended: what waited for it goes on.</summary>
    public void Ended(Transaction tx, RunRow run, string outcome)
    {
        var stopped = RunStore.Find(tx, run.Id) is { Stopping: true };
        if (!RunStore.End(tx, run.Id, outcome, time.GetUtcNow()))
        {
            return;
        }

        Closed(tx, run.Id);
        if (outcome != "completed")
        {
            // What a run that ended well still waits for goes on in the background.
            Approvals.Withdraw(tx, threads, "run_id = @run and state = 'waiting'", new { run = run.Id });
        }

        var again = outcome != "aborted" || !stopped;
        if (!again)
        {
            Withdrawal.Tell(tx, threads, run.ConversationId, MessageStore.Untaken(tx, run.Id));
        }

        MessageStore.Release(tx, run.Id, again); // a message that broke it off is still to be handled
        spending.Ended(tx, run.Id); // only now nothing of a schedule that is gone goes on in it
        tx.OnCommitted(() => wakes.Conversation(run.ConversationId));
    }

    /// <summary>Ends a run that its machine will not end: the user sees why.</summary>
    public void Give(Transaction tx, RunRow run, string outcome, string sentence)
    {
        if (RunStore.Find(tx, run.Id) is not { State: not "ended" })
        {
            return;
        }

        threads.Append(tx, run.ConversationId, "agent_end", EventJson.AgentEnd(run.Id, outcome, sentence), run: run.Id);
        Ended(tx, run, outcome);
    }

    /// <summary>A machine is gone: in the threads for which it works, people read what becomes of that.</summary>
    public void Away(Transaction tx, NodeSnapshot node)
    {
        foreach (var run in RunStore.OpenOn(tx, node.Id.ToString()).Where(run => !run.Stopping))
        {
            var text = RouteTexts.For(MessageStore.Find(tx, run.MessageId) is { } message && RouteTexts.IsChinese(message.Text, "")).GoesOn(node.Name);
            threads.Append(tx, run.ConversationId, "notice", EventJson.Notice("node_away", text, "warning", node: node.Name));
        }
    }

    /// <summary>A machine is back with these runs: what the hub believed there and is not among them was lost with it.</summary>
    public void OnConnected(Transaction tx, NodeSnapshot node, HeldWork work)
    {
        var id = node.Id.ToString();
        ForgetSeenIfStoreIsNew(tx, id);
        foreach (var run in RunStore.OpenOn(tx, id).Where(run => !work.Runs.Contains(run.Id)))
        {
            Give(tx, run, "interrupted", $"{node.Name} no longer has this work, so it was interrupted. Ask again to have it done.");
        }
    }

    /// <summary>The machine can be reached: what waited for it goes to it.</summary>
    public async Task ReachableAsync(NodeSnapshot node, CancellationToken cancel) =>
        await database.WriteAsync(
            tx =>
            {
                foreach (var conversation in MessageStore.Wake(tx, node.Id.ToString()).Distinct())
                {
                    tx.OnCommitted(() => wakes.Conversation(conversation));
                }
            },
            cancel);

    /// <summary>What was begun in the moment of the removal.</summary>
    public Task RemovedAsync(NodeSnapshot node, CancellationToken cancel) => database.WriteAsync(tx => Removed(tx, node), cancel);

    private void Removed(Transaction tx, NodeSnapshot node)
    {
        Approvals.Withdraw(tx, threads, "node_id = @node and state = 'waiting'", new { node = node.Id.ToString() });
        foreach (var run in RunStore.OpenOn(tx, node.Id.ToString()))
        {
            Give(tx, run, "interrupted", $"{node.Name} was removed from the hub, so this was interrupted.");
        }

        foreach (var (id, conversation) in MessageStore.GiveUp(tx, node.Id.ToString()))
        {
            threads.Append(tx, conversation, "notice", EventJson.Notice(
                "unknown_machine", $"{node.Name} was removed from the hub, so this was not run. Send it again for another machine.", "warning", id, node.Name));
        }
    }

    public void Register()
    {
        nodes.OnConnected(OnConnected);
        nodes.OnRemoved(Removed);
    }

    /// <summary>A machine whose outbox has another name has lost its store, and with it what it knew of every thread.</summary>
    private static void ForgetSeenIfStoreIsNew(Transaction tx, string node)
    {
        var outbox = tx.QueryFirst<string>("select outbox_id from inbox_state where peer = @node limit 1", new { node });
        var known = tx.QueryFirst<string>("select outbox_id from node_stores where node_id = @node", new { node });
        if (outbox is null || outbox == known)
        {
            return;
        }

        if (known is not null)
        {
            tx.Execute("delete from node_seen where node_id = @node", new { node });
        }

        tx.Execute(
            "insert into node_stores (node_id, outbox_id) values (@node, @outbox) on conflict (node_id) do update set outbox_id = excluded.outbox_id",
            new { node, outbox });
    }
}
