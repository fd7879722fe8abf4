namespace Muster.Hub.Chat;

/// <param name="Model">That was chosen for it; absent: each machine's own.</param>
public sealed record ConversationModel(
    string Id, string Title, string? Node, bool Running, string? RunId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string? Model = null);

/// <param name="Model">Name of the model that answers; null: each machine's own.</param>
public sealed record ConversationCreate(string? Title, string? Node, string? Model = null);

/// <param name="Model"><c>default</c> gives each machine back its own; null changes nothing.</param>
public sealed record ConversationPatch(string? Title, string? Node, string? Model = null);

public sealed record MessagePost(string? Id, string? Text, bool Interrupt = false, string? Channel = null);

public sealed record MessageAccepted(string MessageId, string ConversationId);

public sealed record SeenRequest(long Number);

/// <param name="Digest">Of the approval as it was shown; with it, what has changed since is not answered.</param>
/// <param name="Remember">The same call is not asked about again in this conversation.</param>
public sealed record ApprovalDecision(string? Decision, string? Digest = null, bool Remember = false);
