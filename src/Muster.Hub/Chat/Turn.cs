using Muster.Hub.Accounts;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Fleet;
using Muster.Hub.Routing;
using Muster.Storage;

namespace Muster.Hub.Chat;

/// <summary>One message and everything that decides what becomes of it, as it is in one transaction.</summary>
internal sealed record Turn(
    Transaction Tx, ConversationRow Conversation, MessageRow Message, UserRow User, RunRow? Running, IReadOnlyList<NodeSnapshot> Nodes)
{
    /// <summary>What is to be done: the text, or what an earlier question was about.</summary>
    public string Work => Message.Work ?? Message.Text;

    public string? Active => Conversation.NodeId ?? User.ActiveNode;

    /// <summary>The machine of the coding session to which all goes that is said here, as long as it is the active one.</summary>
    public string? Direct => Node(Active) is { } active && active.CodingSessions.Any(session => session.UserId == User.Id && session.DirectIn.Contains(Conversation.Id)) ? Active : null;

    public bool Chinese => RouteTexts.IsChinese(Message.Text, User.Language);

    public RouteTexts Texts => RouteTexts.For(Chinese);

    /// <summary>What a model chose for this message, when it was asked.</summary>
    public RouteChoice? Choice { get; init; }

    public IReadOnlyList<Machine> Machines { get; } = [.. Nodes.Select(node => Described(node, User.Id))];

    public NodeSnapshot? Node(string? id) => Nodes.FirstOrDefault(node => node.Id.ToString() == id);

    /// <summary>A machine as the router looks at it.</summary>
    /// <param name="user">Whose coding sessions count.</param>
    public static Machine Described(NodeSnapshot node, string user) => new(node.Id.ToString(), node.Name, node.Online)
    {
        Capabilities = node.Facts.Capabilities, WorkingDir = node.Facts.WorkingDir, Sessions = [.. node.CodingSessions.Where(session => session.UserId == user).Select(session => session.Name)],
    };
}
