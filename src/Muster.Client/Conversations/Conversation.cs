namespace Muster.Client.Conversations;

/// <summary>One thread between a user and the fleet.</summary>
/// <param name="Node">The active machine's name, if there is one.</param>
/// <param name="Model">That was chosen for it; null: each machine's own.</param>
public sealed record ConversationInfo(
    string Id, string? Title, string? Node, bool Running, string? RunId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string? Model = null);

internal sealed record ConversationRequest(string? Title, string? Node, string? Model);

internal sealed record MessageRequest(string Id, string Text, bool? Interrupt, string? Channel);

/// <summary>The hub has the message; it will not be lost.</summary>
public sealed record MessageAccepted(string MessageId, string ConversationId);

/// <param name="Stopped">Null when the machine did not answer in time.</param>
/// <param name="Processes">How many processes were ended.</param>
public sealed record StopReceipt(string Node, string? RunId, bool? Stopped, double? Milliseconds, int? Processes);

internal sealed record StopAnswer(IReadOnlyList<StopReceipt> Receipts);

/// <summary>A notice that no channel has shown yet.</summary>
public sealed record InboxItem(long Number, string Kind, string Text, string? ConversationId, DateTimeOffset At);

internal sealed record SeenRequest(long Number);
