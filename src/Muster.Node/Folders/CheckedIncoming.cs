namespace Muster.Node.Folders;

/// <summary>Where openat is not at hand: by paths, which were checked when it began.</summary>
internal sealed class CheckedIncoming(string temporary, string target, FileStream content, Incoming file) : IncomingFile(content.SafeFileHandle)
{
    protected override void Settle() => CheckedFolder.Sentence(file.Path, () =>
    {
        if (file.Mode is { } mode && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Content, (UnixFileMode)mode);
        }

        RandomAccess.FlushToDisk(Content);
        content.Dispose(); // an open file cannot be renamed on Windows
        if (!file.Overwrite && File.Exists(target))
        {
            throw ConfinedFolder.IsThere(file.Path);
        }

        File.Move(temporary, target, file.Overwrite);
        return true;
    });

    protected override void Remove() => CheckedFolder.Sentence(file.Path, () =>
    {
        content.Dispose();
        File.Delete(temporary);
        return true;
    });

    protected override void End() => content.Dispose();
}
