using System.Security.Cryptography;
using Muster.Agents.Tools;
using Muster.Node.Folders;

namespace Muster.Node.Undo;

/// <summary>Contents as they were, by their hash, outside of what tools can reach; and the working folder as it is now.</summary>
internal sealed class UndoFiles(ConfinedFolder folder, string place, long largest)
{
    /// <summary>Without links and detours, as far as the text of a path tells.</summary>
    public string Plain(string path)
    {
        var full = Path.GetFullPath(Path.Combine(folder.Root, path is "~" ? "." : path.StartsWith("~/", StringComparison.Ordinal) ? path[2..] : path));
        return RealPath.IsInside(full, folder.Root) ? Path.GetRelativePath(folder.Root, full).Replace('\\', '/') : path;
    }

    /// <summary>Hash and bytes of a file; null when there is none.</summary>
    /// <exception cref="ToolException">It cannot be read, or is too large to be kept.</exception>
    public (string Hash, byte[] Bytes)? Read(string path)
    {
        if (folder.Stat(path) is not { } entry)
        {
            return null;
        }

        if (entry.Size > largest)
        {
            throw new ToolException($"It has more than {largest / (1024 * 1024)} MiB, and so was not kept.");
        }

        using var stream = folder.OpenRead(path);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        var bytes = memory.ToArray();
        return (Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes);
    }

    /// <summary>Durable when it returns.</summary>
    public void Keep(string hash, byte[] bytes)
    {
        if (File.Exists(PathOf(hash)))
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(place);
        }
        else
        {
            Directory.CreateDirectory(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var temporary = $"{PathOf(hash)}.{RandomNumberGenerator.GetHexString(12, lowercase: true)}.tmp";
        using (var stream = new FileStream(temporary, FileMode.CreateNew))
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, PathOf(hash), overwrite: true);
    }

    public byte[]? Kept(string hash) => File.Exists(PathOf(hash)) ? File.ReadAllBytes(PathOf(hash)) : null;

    /// <summary>Lets go of all contents but these, and of what a crash left half written.</summary>
    public void Sweep(IEnumerable<string> needed)
    {
        if (Directory.Exists(place))
        {
            var names = needed.ToHashSet(StringComparer.Ordinal);
            foreach (var file in Directory.EnumerateFiles(place).Where(file => !names.Contains(Path.GetFileName(file)) && !file.EndsWith(".tmp", StringComparison.Ordinal)))
            {
                File.Delete(file);
            }
        }
    }

    public void Restore(string path, byte[] content) => folder.Replace(path, content);

    /// <summary>Removes a file, and the folders that were made for it where nothing else is in them.</summary>
    public void Remove(string path, string? until)
    {
        folder.Delete(path);
        for (var above = Above(path); above.Length > 0 && above != until; above = Above(above))
        {
            if (!folder.DeleteIfEmpty(above))
            {
                return;
            }
        }
    }

    /// <summary>The nearest folder above a path that is there; empty: the working folder itself.</summary>
    public string FolderOf(string path)
    {
        var above = Above(path);
        while (above.Length > 0 && folder.Stat(above) is null)
        {
            above = Above(above);
        }

        return above;
    }

    private static string Above(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";

    private string PathOf(string hash) => Path.Combine(place, hash);
}
