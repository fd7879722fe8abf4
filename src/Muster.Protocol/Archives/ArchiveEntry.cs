namespace Muster.Protocol.Archives;

/// <param name="Path">With <c>/</c> between its parts; safe below a folder; that of a folder ends with <c>/</c>.</param>
/// <param name="Size">Unpacked.</param>
/// <param name="Executable">Whether its owner may run it.</param>
public sealed record ArchiveEntry(string Path, long Size, long PackedSize, bool Executable)
{
    public bool IsFolder => Path.EndsWith('/');

    internal bool Deflated { get; init; }

    internal uint Crc { get; init; }

    /// <summary>Where its bytes begin in the archive.</summary>
    internal long DataOffset { get; init; }
}

/// <summary>An archive that was checked: in the order of its directory.</summary>
public sealed record ArchiveContents(IReadOnlyList<ArchiveEntry> Entries, long Bytes);

/// <summary>What was packed, and what was left out of it.</summary>
/// <param name="Skipped">Paths with the reason, the first hundred: links, pipes, devices, names that no archive holds, what could not be read.</param>
public sealed record PackReport(int Files, long Bytes, int SkippedCount, IReadOnlyList<(string Path, string Reason)> Skipped);
