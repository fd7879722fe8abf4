namespace Muster.Node.Folders;

public enum EntryKind
{
    File,
    Directory,
    Link,
    /// <summary>A pipe, socket or device: never opened.</summary>
    Other,
}

/// <param name="Path">Relative to the folder, with <c>/</c>.</param>
/// <param name="Size">Bytes; of a file only.</param>
public sealed record FolderEntry(string Path, EntryKind Kind, long Size, DateTimeOffset Modified)
{
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}
