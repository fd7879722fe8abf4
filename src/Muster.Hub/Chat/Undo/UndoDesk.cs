using System.Collections.Concurrent;
using Muster.Hub.Accounts;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Chat.Threads;
using Muster.Hub.Fleet;
using Muster.Hub.Routing;
using Muster.Hub.Routing.Commands;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Chat.Undo;

/// <summary>
/// Asks the machines of a conversation what they changed for its newest message, says what can come back, and has it brought back: at once
/// when all of it can, else when a person says yes. Questions are not kept: whoever gets no answer asks again. An order is carried out whenever its
/// machine hears of it, and told when it was.
/// </summary>
internal sealed class UndoDesk(NodeDirectory nodes, People people, Database database, ThreadStore threads, BackgroundWork background, TimeProvider time)
{
    private const int LongestTitle = 80;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, UndoAsked> _asked = new(StringComparer.Ordinal);

    public void Register() => nodes.Handle(Frame.BodyOneofCase.UndoReport, (tx, node, frame) =>
    {
        if (!_asked.TryGetValue(frame.UndoReport.UndoId, out var asked))
        {
            TellLate(tx, node, frame.UndoReport);
            return;
        }

        tx.OnCommitted(() =>
        {
            if (asked.Take(node.Id.ToString(), node.Name, frame.UndoReport))
            {
                background.Start(cancel => AnsweredAsync(asked, cancel));
            }
        });
    });

    /// <param name="sure">Without asking about what cannot come back.</param>
    /// <param name="message">The message whose changes are meant; null: the newest.</param>
    /// <returns>False when no machine has worked for this conversation.</returns>
    public bool Ask(CommandCall call, bool sure, string? message) => Send(call.Tx, UndoAsked.Of(call, Secrets.New(), sure, message));

    private bool Send(Transaction tx, UndoAsked asked)
    {
        var machines = RunStore.NodesOf(tx, asked.Conversation, asked.Message);
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
            var order = new UndoOrder { UndoId = asked.Id, ConversationId = asked.Conversation, MessageId = asked.Message ?? "", Apply = asked.Apply };
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

        await background.UntilStoredAsync(storing => database.WriteAsync(tx => Answered(tx, asked), storing), cancel);
    }

    private void Answered(Transaction tx, UndoAsked asked)
    {
        if (ConversationStore.Find(tx, asked.Conversation) is null)
        {
            return;
        }

        var silent = asked.Silent.Select(id => (Id: id, Name: nodes.All.FirstOrDefault(node => node.Id.ToString() == id)?.Name ?? "?")).ToList();
        if (asked.Apply)
        {
            var missing = new UndoMissing([.. asked.Missing.Select(node => node.Name)], [.. silent.Select(node => node.Name)]);
            Say(tx, asked.Conversation, new UndoTexts(asked.Chinese).Done(asked.Title, Lines(asked.Reports), missing), asked.ReplyTo);
        }
        else
        {
            asked.Missing.AddRange(silent.Where(node => !asked.Missing.Contains(node)));
            Decide(tx, asked);
        }
    }

    /// <summary>An order was carried out when nobody waited for that any more.</summary>
    private void TellLate(Transaction tx, NodeSnapshot node, UndoReport report)
    {
        if (report is { Applied: true, Lines.Count: > 0 } && MessageStore.Find(tx, report.MessageId) is { } message && ConversationStore.Find(tx, message.ConversationId) is not null
            && people.Get(message.UserId) is { } user && RunStore.NodesOf(tx, message.ConversationId, message.Id).Contains(node.Id.ToString()))
        {
            var texts = new UndoTexts(RouteTexts.IsChinese(message.Text, user.Language));
            Say(tx, message.ConversationId, texts.Done(Title(message.Text), Lines([(node.Name, report)]), UndoMissing.None));
        }
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
            if (groups is not null && asked is { Message: null, Missing.Count: 0 } && asked.Passed != groups.Key.Id)
            {
                // Its files are as they were before it, so the one before is meant.
                Forget(tx, asked.Conversation, groups.Key.Id);
                Send(tx, asked.Past(Secrets.New(), groups.Key.Id));
                return;
            }

            Say(tx, asked.Conversation, asked.Missing.Count == 0 ? texts.Nothing : texts.Unreachable(asked.Missing.Select(node => node.Name)), asked.ReplyTo);
            return;
        }

        var message = groups.Key;
        var lines = Lines([.. groups.Select(answer => (answer.Node, answer.Report))]);
        var involved = RunStore.NodesOf(tx, asked.Conversation, message.Id);
        var missing = asked.Missing.Where(node => involved.Contains(node.Id)).Select(node => node.Name).ToList();
        var canAny = lines.Any(line => line.Line.State == "back");
        if (canAny && (asked.Sure || (missing.Count == 0 && lines.All(line => line.Line.State == "back"))))
        {
            Send(tx, new UndoAsked
            {
                Id = Secrets.New(), Conversation = asked.Conversation, ReplyTo = asked.ReplyTo, Chinese = asked.Chinese, Apply = true, Message = message.Id, Title = Title(message.Text),
            });
            return;
        }

        // What failed may come back another time, unless the person has said that it need not.
        var leave = !canAny && missing.Count == 0 && (asked.Sure || lines.All(line => line.Line.State != "failed"));
        Say(tx, asked.Conversation, texts.Preview(Title(message.Text), lines, missing, leave), asked.ReplyTo);
        if (canAny)
        {
            ConversationStore.SetPending(tx, asked.Conversation, Replies.Command, $"/undo yes {message.Id}");
        }
        else if (leave)
        {
            Forget(tx, asked.Conversation, message.Id); // it no longer stands before what can come back
        }
    }

    /// <summary>Whatever its files are when a machine hears of it, this changes none.</summary>
    private void Forget(Transaction tx, string conversation, string message)
    {
        var involved = RunStore.NodesOf(tx, conversation, message);
        foreach (var node in nodes.All.Where(node => node.Dialect == NodeDialect.Muster && involved.Contains(node.Id.ToString())))
        {
            nodes.Enqueue(tx, node.Id, Lane.Control, new Frame { UndoOrder = new UndoOrder { UndoId = Secrets.New(), ConversationId = conversation, MessageId = message, Forget = true } });
        }
    }

    private void Say(Transaction tx, string conversation, string text, string? replyTo = null) =>
        threads.Append(tx, conversation, "notice", EventJson.Notice("undo", text, "info", replyTo));

    private static List<(string Node, UndoLine Line)> Lines(IReadOnlyList<(string Node, UndoReport Report)> reports) =>
        [.. reports.SelectMany(answer => answer.Report.Lines.Select(line => (answer.Node, line)))];

    private static string Title(string text)
    {
        var line = text.Trim().Split('\n')[0].Trim();
        return line.Length <= LongestTitle ? line : line[..(LongestTitle - 1)] + "…";
    }
}
