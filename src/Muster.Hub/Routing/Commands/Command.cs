using Muster.Hub.Accounts;
using Muster.Hub.Fleet;
using Muster.Storage;

namespace Muster.Hub.Routing.Commands;

/// <summary>What a command may look at.</summary>
/// <param name="Argument">What follows the name, trimmed.</param>
/// <param name="Machines">Machines that the user may ask.</param>
internal sealed record CommandCall(string Argument, IReadOnlyList<NodeSnapshot> Machines, string? Active, RunningWork? Running, bool Chinese, DateTimeOffset Now)
{
    /// <summary>Where the message is handled: what a command changes is stored together with what it says.</summary>
    public required Transaction Tx { get; init; }

    public required UserRow User { get; init; }

    public required string Conversation { get; init; }

    /// <summary>The message that the command is.</summary>
    public required string MessageId { get; init; }

    /// <summary>The machine that is named before it, as in <c>@nas /model</c>; null: none is.</summary>
    public string? Named { get; init; }

    /// <summary>It is addressed to the hub itself: <c>@hub /model</c>.</summary>
    public bool OnHub { get; init; }

    /// <summary>Whoever wrote it may answer approvals.</summary>
    public bool MayApprove { get; init; }
}

/// <summary>The run that goes on in this conversation.</summary>
internal sealed record RunningWork(string RunId, string Node);

/// <summary>What a command comes to.</summary>
internal abstract record CommandResult
{
    public sealed record Say(string Text, string Level = "info") : CommandResult;

    /// <summary>Makes a machine active, and says so.</summary>
    public sealed record Activate(NodeSnapshot Node, string Text) : CommandResult;

    /// <summary>Goes to a machine as it stands, which does it without a model: <c>$ df -h</c>, <c>/new blog: …</c>.</summary>
    /// <param name="ForGuests">A guest may have it done.</param>
    public sealed record ToNode(string Text, bool ForGuests = false) : CommandResult
    {
        /// <summary>Name of the coding session that it is for: it goes where that is. Null: none is named.</summary>
        public string? Session { get; init; }
    }

    /// <summary>Ends all that goes on in the conversation.</summary>
    public sealed record Stop : CommandResult;

    /// <summary>What asks will be answered when the machines have answered.</summary>
    public sealed record Later : CommandResult;

    /// <summary>The text is handled as a message without the command: after the work that goes on, or in its place.</summary>
    public sealed record Deliver(string Text, bool Queue) : CommandResult;
}

/// <summary>One slash command. A new one is a class, beside what it is about, and a line where its feature is added.</summary>
internal interface ICommand
{
    string Name { get; }

    /// <summary>How it is written, and what it does, for /help.</summary>
    (string Usage, string English, string Chinese) Help { get; }

    /// <exception cref="Api.ApiException">It cannot be done; the message is said.</exception>
    CommandResult Run(CommandCall call);
}
