using Microsoft.Win32.SafeHandles;
using Muster.Protocol.Transfers;

namespace Muster.Node.Artifacts.Cache;

/// <summary>The files of the cache: whole ones by their hash, and parts of those that are fetched.</summary>
internal sealed class CacheFolder
{
    private const int MostParts = 4;
    private readonly string _root;
    private readonly string _parts;

    public CacheFolder(string root)
    {
        (_root, _parts) = (root, Path.Combine(root, "parts"));
        Create(_root);
        Create(_parts);
    }

    public string PathOf(ContentHash hash)
    {
        var name = hash.ToString();
        return Path.Combine(_root, name[..2], name[2..]);
    }

    public SafeFileHandle OpenPart(ContentHash hash) => File.OpenHandle(PartOf(hash), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Delete);

    public void Settle(ContentHash hash)
    {
        var path = PathOf(hash);
        Create(Path.GetDirectoryName(path)!);
        File.Move(PartOf(hash), path, overwrite: true);
    }

    public void DeletePart(ContentHash hash) => File.Delete(PartOf(hash));

    public void Delete(ContentHash hash) => File.Delete(PathOf(hash));

    public bool IsWhole(ContentHash hash, long size) => new FileInfo(PathOf(hash)) is { Exists: true } file && file.Length == size;

    /// <summary>Parts are kept to go on from, but only the newest few.</summary>
    /// <param name="busy">Those that are being fetched.</param>
    public void TrimParts(IReadOnlySet<ContentHash> busy)
    {
        var idle = new DirectoryInfo(_parts).EnumerateFiles().Where(file => !(ContentHash.TryParse(file.Name, out var hash) && busy.Contains(hash)));
        foreach (var old in idle.OrderByDescending(file => file.LastWriteTimeUtc).Skip(MostParts))
        {
            old.Delete();
        }
    }

    /// <summary>Deletes whole files that are not among the known.</summary>
    public void Sweep(IReadOnlySet<ContentHash> known)
    {
        foreach (var folder in new DirectoryInfo(_root).EnumerateDirectories("??"))
        {
            foreach (var file in folder.EnumerateFiles().Where(file => !(ContentHash.TryParse(folder.Name + file.Name, out var hash) && known.Contains(hash))))
            {
                file.Delete();
            }
        }
    }

    private string PartOf(ContentHash hash) => Path.Combine(_parts, hash.ToString());

    private static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
