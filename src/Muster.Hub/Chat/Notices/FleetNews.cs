using System.Collections.Concurrent;
using Muster.Hub.Api;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Chat.Threads;
using Muster.Hub.Fleet;
using Muster.Protocol.Ids;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Chat.Notices;

/// <summary>Tells the users of a machine that it went or came back, and passes on what machines say by themselves.</summary>
internal sealed class FleetNews(NodeDirectory nodes, Database database, NoticeDesk notices, ThreadFeeds feeds, RunEnds ends, NodeModels models, BackgroundWork background)
{
    // When each machine's link was put in place, to see a new one among all changes.
    private readonly ConcurrentDictionary<string, DateTimeOffset?> _links = new(StringComparer.Ordinal);
    private readonly Lock _order = new();
    private Task _written = Task.CompletedTask;

    public void Register()
    {
        nodes.Changed += OnChanged;
        nodes.Noticed += notice => Write(tx => notices.Tell(
            tx, notice.User.ToString(), new NoticeText(notice.Kind, notice.Text, notice.Level, notice.Node is { } node ? nodes.Find(node)?.Name : null)));
        nodes.Handle(Frame.BodyOneofCase.Notice, (tx, node, frame) => OnNotice(tx, node, frame.Notice));
    }

    private void OnChanged(NodeSnapshot node, NodeChange change)
    {
        foreach (var user in feeds.Fleet.Users)
        {
            if (Id<User>.TryParse(user, out var id) && node.Users.Contains(id))
            {
                feeds.Fleet.Publish(new ThreadEvent(0, "node", models.Json(node, id)), user);
            }
        }

        if (node.Online && IsNewLink(node))
        {
            background.StartStored(cancel => ends.ReachableAsync(node, cancel));
        }

        switch (change)
        {
            case NodeChange.Disconnected:
                TellUsers(node, new NoticeText("node_disconnected", $"⚠️ Node \"{node.Name}\" disconnected.", "warning", node.Name));
                Write(tx =>
                {
                    if (nodes.Find(node.Id) is { Online: false })
                    {
                        ends.Away(tx, node);
                    }
                });
                break;
            case NodeChange.Reconnected:
                TellUsers(node, new NoticeText("node_reconnected", $"✅ Node \"{node.Name}\" reconnected.", "info", node.Name));
                break;
            case NodeChange.Removed:
                _links.TryRemove(node.Id.ToString(), out _);
                background.StartStored(cancel => ends.RemovedAsync(node, cancel));
                break;
        }
    }

    private bool IsNewLink(NodeSnapshot node)
    {
        var id = node.Id.ToString();
        var isNew = !_links.TryGetValue(id, out var known) || known != node.ConnectedAt;
        _links[id] = node.ConnectedAt;
        return isNew;
    }

    private void TellUsers(NodeSnapshot node, NoticeText notice) => Write(tx =>
    {
        foreach (var user in node.Users)
        {
            notices.Tell(tx, user.ToString(), notice);
        }
    });

    private void OnNotice(Transaction tx, NodeSnapshot node, Notice notice)
    {
        var text = new NoticeText(notice.Kind, notice.Text, "info", node.Name);
        foreach (var user in node.Users.Where(user => notice.UserId.Length == 0 || user.ToString() == notice.UserId))
        {
            var conversation = ConversationStore.Find(tx, notice.ConversationId) is { } found && found.UserId == user.ToString() ? found.Id : null;
            notices.Tell(tx, user.ToString(), text, conversation);
        }
    }

    /// <summary>In the order in which it happened, however long the store refuses it.</summary>
    private void Write(Action<Transaction> work)
    {
        lock (_order)
        {
            var before = _written;
            var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _written = written.Task;
            background.Start(async cancel =>
            {
                try
                {
                    await before;
                    await background.UntilStoredAsync(storing => database.WriteAsync(work, storing), cancel);
                }
                finally
                {
                    written.SetResult();
                }
            });
        }
    }
}
