using Microsoft.Win32.SafeHandles;
using Muster.Protocol.Transfers;

namespace Muster.Hub.Artifacts.Files;

/// <summary>
/// The files: <c>artifacts/ab/cdef….XXXX</c> for what is stored, named by its hash and by a part that no other file has, and
/// <c>artifacts/uploads/ID</c> for what still arrives.
/// </summary>
internal sealed class ArtifactFolder
{
    private const string Uploads = "uploads";

    public ArtifactFolder(HubOptions options)
    {
        Root = Path.Combine(options.Home, "artifacts");
        Create(Root);
        Create(Path.Combine(Root, Uploads));
    }

    public string Root { get; }

    public string UploadPath(string id) => Path.Combine(Root, Uploads, id);

    public string PathOf(string file) => Path.Combine(Root, file);

    /// <summary>A file name for an artifact that is about to be stored.</summary>
    public static string NameFor(ContentHash hash, string id)
    {
        var text = hash.ToString();
        return $"{text[..2]}/{text[2..]}.{id[^10..]}";
    }

    /// <summary>Opens what has arrived of an upload so far; an empty file for a new one. Only its owner may enter the folder.</summary>
    public SafeFileHandle OpenUpload(string id) =>
        File.OpenHandle(UploadPath(id), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Gives an upload its place for good: afterwards the bytes and the name are on the disk.</summary>
    public void Settle(string id, SafeFileHandle handle, string file)
    {
        var target = PathOf(file);
        Create(Path.GetDirectoryName(target)!);
        RandomAccess.FlushToDisk(handle);
        File.Move(UploadPath(id), target, overwrite: true);
        FolderSync.Flush(Path.GetDirectoryName(target)!);
    }

    /// <summary>Makes a file an upload again.</summary>
    public void Return(string file, string id) => File.Move(PathOf(file), UploadPath(id), overwrite: true);

    /// <returns>Null when it is not there, or not of this size.</returns>
    public FileStream? OpenStored(string file, long size)
    {
        try
        {
            var stream = new FileStream(PathOf(file), new FileStreamOptions
            {
                Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, BufferSize = 0, Options = FileOptions.SequentialScan,
            });
            if (stream.Length == size)
            {
                return stream;
            }

            stream.Dispose();
            return null;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public bool IsWhole(string file, long size) => new FileInfo(PathOf(file)) is { Exists: true } info && info.Length == size;

    public void Delete(string file) => File.Delete(PathOf(file));

    public void DeleteUpload(string id) => File.Delete(UploadPath(id));

    public IEnumerable<FileInfo> UploadFiles() => new DirectoryInfo(Path.Combine(Root, Uploads)).EnumerateFiles();

    /// <summary>Folders of stored files, and in each the names of its files.</summary>
    public IEnumerable<IReadOnlyList<string>> StoredFiles()
    {
        foreach (var folder in new DirectoryInfo(Root).EnumerateDirectories("??"))
        {
            yield return [.. folder.EnumerateFiles().Select(file => $"{folder.Name}/{file.Name}")];
        }
    }

    private static void Create(string path) => Operations.HomeFolder.Create(path);
}
