using System.Collections.Concurrent;
using Muster.Hub.Accounts;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Chat.Threads;
using Muster.Hub.Fleet;
using Muster.Hub.Routing.Commands;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Chat.Undo;

/// <summary>
/// Asks the machines of a conversation what they changed for its newest message, says what can come back, and has it brought back: at once
/// when all of it can, else when a person says yes. Nothing of it is kept: whoever gets no answer asks again.
/// </summary>
internal sealed class UndoDesk(NodeDirectory nodes, Database database, ThreadStore threads, BackgroundWork background, TimeProvider time)
{
    private const int LongestTitle = 80;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, UndoAsked> _asked = new(StringComparer.Ordinal);

    public void Register() => nodes.Handle(Frame.BodyOneofCase.UndoReport, (tx, node, frame) => tx.OnCommitted(() =>
    {
        if (_asked.TryGetValue(frame.UndoReport.UndoId, out var asked) && asked.Take(node.Id.ToString(), node.Name, frame.UndoReport))
        {
            background.Start(cancel => AnsweredAsync(asked, cancel));
        }
    }));

    /// <param name="sure">Without asking about what cannot come back.</param>
    /// <param name="message">The message whose changes are meant; null: the newest.</param>
    /// <returns>False when no machine has worked for this conversation.</returns>
    public bool Ask(CommandCall call, bool sure, string? message)
    {
        var asked = UndoAsked.Of(call, Secrets.New(), sure);
        return Send(call.Tx, asked, RunStore.NodesOf(call.Tx, call.Conversation, message), message);
    }

    private bool Send(Transaction tx, UndoAsked asked, IReadOnlyList<string> machines, string? message)
    {
        var online = new List<NodeSnapshot>();
        foreach (var id in machines)
        {
            switch (nodes.All.FirstOrDefault(node => node.Id.ToString() == id))
            {
                case { Online: true, Dialect: NodeDialect.Muster } node:
                    online.Add(node);
                    asked.Expect(id);
                    break;
                case { } node:
                    asked.Missing.Add((id, node.Name));
                    break;
            }
        }

        if (online.Count == 0 && asked.Missing.Count == 0)
        {
            return false;
        }

        tx.OnCommitted(() =>
        {
            _asked[asked.Id] = asked;
            background.Start(cancel => online.Count == 0 ? AnsweredAsync(asked, cancel) : GiveUpAsync(asked, cancel));
        });
        foreach (var node in online)
        {
            var order = new UndoOrder { UndoId = asked.Id, ConversationId = asked.Conversation, MessageId = message ?? "", Apply = asked.Apply };
            nodes.Enqueue(tx, node.Id, Lane.Control, new Frame { UndoOrder = order });
        }

        return true;
    }

    private async Task GiveUpAsync(UndoAsked asked, CancellationToken cancel)
    {
        await Task.Delay(_patience, time, cancel);
        await AnsweredAsync(asked, cancel);
    }

    private async Task AnsweredAsync(UndoAsked asked, CancellationToken cancel)
    {
        if (!_asked.TryRemove(asked.Id, out _))
        {
            return;
        }

        await database.WriteAsync(
            tx =>
            {
                if (ConversationStore.Find(tx, asked.Conversation) is null)
                {
                    return;
                }

                foreach (var id in asked.Silent)
                {
                    asked.Missing.Add((id, nodes.All.FirstOrDefault(node => node.Id.ToString() == id)?.Name ?? "?"));
                }

                if (asked.Apply)
                {
                    Say(tx, asked, new UndoTexts(asked.Chinese).Done(asked.Title, Lines(asked.Reports), [.. asked.Missing.Select(node => node.Name)]));
                }
                else
                {
                    Decide(tx, asked);
                }
            },
            cancel);
    }

    /// <summary>The machines have said what they could bring back.</summary>
    private void Decide(Transaction tx, UndoAsked asked)
    {
        var texts = new UndoTexts(asked.Chinese);
        var groups = asked.Reports.Where(answer => answer.Report.MessageId.Length > 0)
            .Select(answer => (answer.Node, answer.Report, Message: MessageStore.Find(tx, answer.Report.MessageId)))
            .Where(answer => answer.Message?.ConversationId == asked.Conversation)
            .GroupBy(answer => answer.Message!)
            .MaxBy(group => group.Key.Number);
        if (groups is null || groups.All(answer => answer.Report.Lines.Count == 0))
        {
            Say(tx, asked, asked.Missing.Count == 0 ? texts.Nothing : texts.Unreachable(asked.Missing.Select(node => node.Name)));
            return;
        }

        var message = groups.Key;
        var lines = Lines([.. groups.Select(answer => (answer.Node, answer.Report))]);
        var involved = RunStore.NodesOf(tx, asked.Conversation, message.Id);
        var missing = asked.Missing.Where(node => involved.Contains(node.Id)).Select(node => node.Name).ToList();
        var canAny = lines.Any(line => line.Line.State == "back");
        if (canAny && (asked.Sure || (missing.Count == 0 && lines.All(line => line.Line.State == "back"))))
        {
            var order = new UndoAsked { Id = Secrets.New(), Conversation = asked.Conversation, ReplyTo = asked.ReplyTo, Chinese = asked.Chinese, Apply = true, Title = Title(message.Text) };
            Send(tx, order, involved, message.Id);
            return;
        }

        Say(tx, asked, texts.Preview(Title(message.Text), lines, missing));
        if (canAny)
        {
            ConversationStore.SetPending(tx, asked.Conversation, Replies.Command, $"/undo yes {message.Id}");
        }
        else if (missing.Count == 0)
        {
            // Nothing of it can come back, so it no longer stands before what can.
            foreach (var node in nodes.All.Where(node => involved.Contains(node.Id.ToString()) && node is { Online: true, Dialect: NodeDialect.Muster }))
            {
                nodes.Enqueue(tx, node.Id, Lane.Control, new Frame { UndoOrder = new UndoOrder { UndoId = Secrets.New(), ConversationId = asked.Conversation, MessageId = message.Id, Apply = true } });
            }
        }
    }

    private void Say(Transaction tx, UndoAsked asked, string text) =>
        threads.Append(tx, asked.Conversation, "notice", EventJson.Notice("undo", text, "info", asked.ReplyTo));

    private static List<(string Node, UndoLine Line)> Lines(IReadOnlyList<(string Node, UndoReport Report)> reports) =>
        [.. reports.SelectMany(answer => answer.Report.Lines.Select(line => (answer.Node, line)))];

    private static string Title(string text)
    {
        var line = text.Trim().Split('\n')[0].Trim();
        return line.Length <= LongestTitle ? line : line[..(LongestTitle - 1)] + "…";
    }
}
