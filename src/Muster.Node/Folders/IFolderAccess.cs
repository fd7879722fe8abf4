namespace Muster.Node.Folders;

/// <summary>How a confined folder is reached: by walking on Linux, by checking paths elsewhere. Paths are relative to the root.</summary>
internal interface IFolderAccess
{
    FileStream OpenRead(string path);

    void Replace(string path, ReadOnlySpan<byte> content);

    void Append(string path, ReadOnlySpan<byte> content);

    IncomingFile Receive(Incoming file);

    void Discard(string path, string temporary);

    void Delete(string path);

    bool DeleteIfEmpty(string path);

    FolderEntry? Stat(string path);

    IReadOnlyList<FolderEntry> Enumerate(string path);

    string DirectoryPath(string path);
}
