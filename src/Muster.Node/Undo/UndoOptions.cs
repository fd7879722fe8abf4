namespace Muster.Node.Undo;

/// <summary>How much of what was there before is kept.</summary>
public sealed record UndoOptions
{
    /// <summary><c>undo.quota</c>: bytes of all contents.</summary>
    public long Quota { get; init; } = 200L * 1024 * 1024;

    /// <summary><c>undo.keep</c></summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(7);

    /// <summary>A larger file is not kept.</summary>
    public long LargestFile { get; init; } = 10L * 1024 * 1024;
}
