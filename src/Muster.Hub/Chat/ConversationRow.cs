namespace Muster.Hub.Chat;

internal sealed record ConversationRow
{
    public required string Id { get; init; }
    public required string UserId { get; init; }
    public required string Title { get; init; }
    public string? NodeId { get; init; }
    public long Epoch { get; init; }
    public long LastNumber { get; init; }
    public string? PendingKind { get; init; }
    public string? PendingText { get; init; }
    public string? PendingNode { get; init; }
    public long CreatedAt { get; init; }
    public long UpdatedAt { get; init; }
    public string? RunId { get; init; }

    /// <summary>Name of the model that was chosen for it; null: each machine's own.</summary>
    public string? Model { get; init; }
}
