using System.Collections.Concurrent;
using Muster.Hub.Accounts;
using Muster.Hub.Background;
using Muster.Hub.Chat.Assistant;
using Muster.Hub.Chat.Threads;
using Muster.Hub.Fleet;
using Muster.Hub.Routing;
using Muster.Hub.Spending;
using Muster.Hub.Together;
using Muster.Protocol.Ids;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Chat.Runs;

/// <param name="Stopped">Null when the machine did not answer in time.</param>
public sealed record Receipt(string Node, string? RunId, bool? Stopped, double? Milliseconds, int? Processes);

public sealed record StopAnswer(IReadOnlyList<Receipt> Receipts);

/// <summary>What of a conversation goes on besides the run on a machine.</summary>
internal sealed record OtherWork(HubRuns OnHub, BackgroundDesk Behind, FleetStops Together);

/// <summary>Stops a conversation before any queue or model: what waits is withdrawn, what runs is killed on its machine.</summary>
internal sealed class Stops(Database database, NodeDirectory nodes, ThreadStore threads, RunEnds ends, OtherWork others, BackgroundWork background, TimeProvider time)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StopReceipt>> _waiting = new(StringComparer.Ordinal);

    public void Register() => nodes.Handle(Frame.BodyOneofCase.StopReceipt, (tx, node, frame) =>
    {
        if (_waiting.TryGetValue(frame.StopReceipt.StopId + node.Id, out var waiter))
        {
            tx.OnCommitted(() => waiter.TrySetResult(frame.StopReceipt));
        }
    });

    /// <exception cref="StorageException">The store takes nothing: nothing was stopped.</exception>
    public Task<StopAnswer> StopAsync(string conversation, CancellationToken cancel) => StopAsync(conversation, begin => begin(cancel), cancel);

    /// <param name="store">Runs what begins it.</param>
    private async Task<StopAnswer> StopAsync(string conversation, Func<Func<CancellationToken, Task>, Task> store, CancellationToken cancel)
    {
        var stopId = Accounts.Secrets.New();
        var working = await others.Together.WorkingAsync(conversation, cancel);
        var behind = await others.Behind.NodesOfAsync(conversation, cancel);
        var asked = new ConcurrentDictionary<string, TaskCompletionSource<StopReceipt>>(StringComparer.Ordinal);
        try
        {
            List<(RunRow? Run, NodeSnapshot Node)> stopped = [];
            await store(async storing => stopped = await database.WriteAsync(tx => Begin(tx, conversation, stopId, behind, node => _waiting[stopId + node] = asked[node] = Waiter()), storing));
            // The run on the hub hears it before its jobs end: else it would go on with what came of them.
            var ending = Task.WhenAll(stopped.Select(one => EndAsync(one.Run, one.Node, asked.GetValueOrDefault(one.Node.Id.ToString()), cancel)));
            var together = others.Together.StopAsync(conversation, working, _patience, cancel);
            return new StopAnswer(Together(await ending, await together));
        }
        finally
        {
            foreach (var node in asked.Keys)
            {
                _waiting.TryRemove(stopId + node, out _);
            }
        }
    }

    /// <summary>
    /// Carries out a message that stops, and says in the thread what came of it; told once, also after a restart. Each of its writes waits for the store by
    /// itself: begun anew as a whole, it would stop what was asked for since.
    /// </summary>
    /// <param name="message">In the state <see cref="MessageState.Stopping"/>.</param>
    /// <param name="node">Name of the only machine on which tasks are to be stopped, while what else works goes on; null: all of it.</param>
    public async Task AnswerAsync(string conversation, string message, string? node, bool chinese, CancellationToken cancel)
    {
        var (text, level) = node is null ? (Sentence(await StopAsync(conversation, begin => background.UntilStoredAsync(begin, cancel), cancel), chinese), "info") : await OneAsync(conversation, node, chinese, cancel);
        await background.UntilStoredAsync(
            storing => database.WriteAsync(
                tx =>
                {
                    if (MessageStore.Stopped(tx, message))
                    {
                        threads.Append(tx, conversation, "notice", EventJson.Notice("stopped", text, level, message));
                    }
                },
                storing),
            cancel);
    }

    /// <summary>What a hub that went down was told to stop, and did not end.</summary>
    public async Task RecoverAsync(CancellationToken cancel)
    {
        var open = await database.ReadAsync(
            tx => MessageStore.Stopping(tx).Select(message => (Message: message, UserStore.Find(tx, message.UserId)?.Language)).ToList(), cancel);
        foreach (var (message, language) in open)
        {
            background.Start(stopping => AnswerAsync(message.ConversationId, message.Id, message.Target, RouteTexts.IsChinese(message.Text, language ?? ""), stopping));
        }
    }

    private async Task<(string Text, string Level)> OneAsync(string conversation, string node, bool chinese, CancellationToken cancel)
    {
        var receipts = (await others.Together.StopOnAsync(conversation, node, _patience, cancel)).Select(one => new Receipt(one.Node, null, one.Milliseconds is null ? null : true, one.Milliseconds, null)).ToList();
        return receipts.Count == 0 ? (RouteTexts.For(chinese).NotThere(node, HubMachine.Name), "warning") : (Sentence(new StopAnswer(receipts), chinese), "info");
    }

    /// <summary>One for each machine. Of a request to many machines the hub itself did nothing, so it has none.</summary>
    private static IReadOnlyList<Receipt> Together(IReadOnlyList<Receipt> receipts, IReadOnlyList<FleetStopped> together) =>
        together.Count == 0 ? receipts :
        [
            .. receipts.Where(receipt => receipt.Node != HubMachine.Name && together.All(one => one.Node != receipt.Node)),
            .. together.Select(one => receipts.FirstOrDefault(receipt => receipt.Node == one.Node) is { Stopped: null } silent
                ? silent
                : new Receipt(one.Node, receipts.FirstOrDefault(receipt => receipt.Node == one.Node)?.RunId, one.Milliseconds is null ? null : true, one.Milliseconds, null)),
        ];

    private static TaskCompletionSource<StopReceipt> Waiter() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="run">Null: only background tasks of the conversation go on there.</param>
    /// <param name="waiter">Null for a run on the hub itself.</param>
    private async Task<Receipt> EndAsync(RunRow? run, NodeSnapshot node, TaskCompletionSource<StopReceipt>? waiter, CancellationToken cancel)
    {
        if (run?.NodeId == HubMachine.Name)
        {
            return await StopOnHubAsync(run);
        }

        var receipt = waiter is not null && node.Online ? await ReceiptAsync(waiter, cancel) : null;
        if (run is null)
        {
            return Describe(node, null, receipt);
        }

        if (receipt is { Stopped: true })
        {
            // What it had said until then and its end are in the machine's outbox, and come by themselves as a rule.
            background.StartStored(async stopping =>
            {
                await Task.Delay(_patience, time, stopping);
                await database.WriteAsync(tx => ends.Give(tx, run, "aborted", "Stopped."), stopping);
            });
        }
        else
        {
            await GiveAsync(run, receipt is null ? $"Stopped; {node.Name} did not confirm it yet and will stop when it can." : "Stopped.");
        }

        return Describe(node, run, receipt);
    }

    /// <summary>What a person reads after /stop.</summary>
    public static string Sentence(StopAnswer answer, bool chinese) => answer.Receipts switch
    {
        [] => chinese ? "没有正在进行的工作。" : "Nothing was going on.",
        [{ Stopped: null } silent] => chinese ? $"{silent.Node} 没有回应；它一回来就会停止。" : $"{silent.Node} did not answer; it stops as soon as it can be reached.",
        [var done] => chinese ? $"已在 {done.Node} 上停止（{done.Milliseconds:0} 毫秒）。" : $"Stopped on {done.Node} ({done.Milliseconds:0} ms).",
        var all => Several(all, chinese),
    };

    private static string Several(IReadOnlyList<Receipt> receipts, bool chinese)
    {
        var stopped = receipts.Where(receipt => receipt.Stopped is not null).ToList();
        var silent = string.Join(chinese ? "、" : ", ", receipts.Where(receipt => receipt.Stopped is null).Select(receipt => receipt.Node));
        var slowest = stopped.Select(receipt => receipt.Milliseconds ?? 0).DefaultIfEmpty(0).Max();
        var count = chinese
            ? $"{receipts.Count} 台中的 {stopped.Count} 台已停止（{slowest:0} 毫秒）。"
            : $"{stopped.Count} of {receipts.Count} stopped in {slowest:0} ms.";
        return silent.Length == 0 ? count
            : count + (chinese ? $"{silent} 没有回应；一回来就会停止，并拒绝迟到的工作。" : $" {silent} did not answer: it stops as soon as it can be reached, and refuses late work.");
    }

    /// <param name="behind">Machines on which background tasks of the conversation go on.</param>
    private List<(RunRow? Run, NodeSnapshot Node)> Begin(Transaction tx, string conversation, string stopId, IReadOnlyList<Id<Node>> behind, Action<string> expect)
    {
        var epoch = ConversationStore.RaiseEpoch(tx, conversation) - 1;
        if (ConversationStore.Find(tx, conversation) is { PendingKind: Replies.Which, PendingText: { } asked })
        {
            Withdrawal.Tell(tx, threads, conversation, asked, null);
        }

        ConversationStore.SetPending(tx, conversation, null);
        var withdrawn = MessageStore.Withdraw(tx, conversation);
        Withdrawal.Tell(tx, threads, conversation, withdrawn.Select(message => MessageStore.Find(tx, message)!));
        if (withdrawn.Count > 0)
        {
            SpendingScopes.Sweep(tx);
        }

        var stopped = new List<(RunRow? Run, NodeSnapshot Node)>();
        if (RunStore.Current(tx, conversation) is { } run)
        {
            RunStore.Stopping(tx, run.Id);
            ends.Closed(tx, run.Id);
            if (run.NodeId == HubMachine.Name)
            {
                stopped.Add((run, HubMachine.Snapshot));
            }
            else if (nodes.All.FirstOrDefault(found => found.Id.ToString() == run.NodeId) is { } node)
            {
                stopped.Add((run, node));
            }
            else
            {
                ends.Give(tx, run, "aborted", "Stopped; its machine was removed.");
            }
        }

        stopped.AddRange(nodes.All.Where(node => behind.Contains(node.Id) && stopped.All(one => one.Node.Id != node.Id)).Select(node => ((RunRow?)null, node)));
        foreach (var (of, node) in stopped.Where(one => one.Run?.NodeId != HubMachine.Name))
        {
            expect(node.Id.ToString());
            nodes.Enqueue(tx, node.Id, Lane.Control, new Frame { Stop = new Stop { StopId = stopId, ConversationId = conversation, RunId = of?.Id ?? "", Epoch = (ulong)epoch } });
        }

        return stopped;
    }

    private async Task<Receipt> StopOnHubAsync(RunRow run)
    {
        var began = time.GetTimestamp();
        var stopped = await others.OnHub.StopAsync(run.Id, _patience);
        // It has said so itself, unless it did not listen, or had ended before it was found.
        await GiveAsync(run, "Stopped.");
        return new Receipt(HubMachine.Name, run.Id, stopped ? true : null, time.GetElapsedTime(began).TotalMilliseconds, 0);
    }

    /// <summary>Now, or as soon as the store takes it: its machine is told already.</summary>
    private async Task GiveAsync(RunRow run, string sentence)
    {
        try
        {
            await database.WriteAsync(tx => ends.Give(tx, run, "aborted", sentence), CancellationToken.None);
        }
        catch (StorageException)
        {
            background.StartStored(storing => database.WriteAsync(tx => ends.Give(tx, run, "aborted", sentence), storing));
        }
    }

    private async Task<StopReceipt?> ReceiptAsync(TaskCompletionSource<StopReceipt> waiter, CancellationToken cancel)
    {
        try
        {
            return await waiter.Task.WaitAsync(_patience, time, cancel);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            return null; // whoever asked may have gone: the run is ended all the same
        }
    }

    private static Receipt Describe(NodeSnapshot node, RunRow? run, StopReceipt? receipt) => receipt is null
        ? new Receipt(node.Name, run?.Id, null, null, null)
        : new Receipt(node.Name, run?.Id, receipt.Stopped, receipt.Milliseconds, (int)receipt.Processes);
}
