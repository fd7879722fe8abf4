namespace Muster.Hub.Chat;

public sealed record ConversationModel(
    string Id, string Title, string? Node, bool Running, string? RunId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

public sealed record ConversationCreate(string? Title, string? Node);

public sealed record ConversationPatch(string? Title, string? Node);

public sealed record MessagePost(string? Id, string? Text, bool Interrupt = false, string? Channel = null);

public sealed record MessageAccepted(string MessageId, string ConversationId);

public sealed record SeenRequest(long Number);

/// <param name="Digest">Of the approval as it was shown; with it, what has changed since is not answered.</param>
/// <param name="Remember">The same call is not asked about again in this conversation.</param>
public sealed record ApprovalDecision(string? Decision, string? Digest = null, bool Remember = false);
