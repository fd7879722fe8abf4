namespace Muster.Node.Undo;

/// <summary>What one call of a tool changed: a file (<see cref="Path"/>), or something that no journal can bring back (<see cref="Stays"/>).</summary>
internal sealed record UndoEntry
{
    public long Number { get; init; }
    public required string ConversationId { get; init; }

    /// <summary>The person's message that it was done for: all its entries are one group, on every machine.</summary>
    public required string MessageId { get; init; }

    public required string CallId { get; init; }

    /// <summary>Relative to the working folder.</summary>
    public string? Path { get; init; }

    public string? Stays { get; init; }

    /// <summary>SHA-256 of the file before; null when there was none, or it was not kept.</summary>
    public string? BeforeHash { get; init; }

    public long BeforeSize { get; init; }

    /// <summary>Why the file's content was not kept, as a sentence.</summary>
    public string? NotKept { get; init; }

    /// <summary>The nearest folder above that was there before; those below it were made for the file.</summary>
    public string? Folder { get; init; }

    /// <summary>SHA-256 after the call; null when there is no file then, or the call was cut off.</summary>
    public string? AfterHash { get; init; }

    public long At { get; init; }
}
