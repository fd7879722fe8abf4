using Muster.Agents.Tools;

namespace Muster.Node.Folders;

/// <summary>
/// A folder that its paths cannot leave: not by <c>..</c>, not by an absolute path, not by a link, and not by
/// a link that is swapped in between a check and its use. Links that stay inside are followed.
/// Every failure is a <see cref="ToolException"/> with a sentence.
/// </summary>
public sealed class ConfinedFolder
{
    /// <summary>Entries that one listing of one directory returns at most.</summary>
    public const int MostEntries = 10_000;

    private readonly IFolderAccess _access;
    private readonly string _given;

    /// <param name="root">WORKING_DIR; created if it is not there.</param>
    /// <param name="musterHome">MUSTER_HOME: never reached, but for its <c>work</c> folder.</param>
    /// <param name="userHome">Whose keys (~/.ssh and the like) are never reached.</param>
    /// <param name="kept">What may only be read; nothing when null.</param>
    public ConfinedFolder(string root, string musterHome, string userHome, KeptFiles? kept = null)
    {
        kept ??= new KeptFiles();
        _given = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        Root = RealPath.Of(root);
        Hidden = HiddenPlaces.Of(musterHome, userHome);
        Refuse(Root, RealPath.Of(musterHome));
        Directory.CreateDirectory(Root);
        _access = Libc.Supported ? new WalkedFolder(Root, Hidden, kept) : new CheckedFolder(Root, Hidden, kept);
    }

    /// <summary>The real path, without links.</summary>
    public string Root { get; }

    internal HiddenPlaces Hidden { get; }

    public FileStream OpenRead(string path) => _access.OpenRead(Inside(path));

    /// <summary>Writes the whole file or nothing: a reader sees the old content or the new. Makes parent folders.</summary>
    public void Replace(string path, ReadOnlySpan<byte> content) => _access.Replace(Inside(path), content);

    public void Append(string path, ReadOnlySpan<byte> content) => _access.Append(Inside(path), content);

    /// <summary>A file whose bytes come over time; it appears under its name when it is whole. Makes parent folders.</summary>
    internal IncomingFile Receive(Incoming file) => _access.Receive(file with { Path = Inside(file.Path), Mode = file.Mode & 0b111_111_111 });

    /// <summary>Removes what was left of a file that was being brought when this process ended.</summary>
    internal void Discard(string path, string temporary) => _access.Discard(Inside(path), temporary);

    /// <summary>Removes a file; one that is not there is no error.</summary>
    internal void Delete(string path) => _access.Delete(Inside(path));

    /// <summary>Removes a folder in which nothing is.</summary>
    /// <returns>False: it is not empty, or cannot be removed.</returns>
    internal bool DeleteIfEmpty(string path) => _access.DeleteIfEmpty(Inside(path));

    /// <summary>What a path leads to, or null when nothing is there.</summary>
    public FolderEntry? Stat(string path) => _access.Stat(Inside(path));

    /// <summary>What is directly in a directory, by name; links are listed and not followed; hidden places are left out.</summary>
    public IReadOnlyList<FolderEntry> Enumerate(string path) => _access.Enumerate(Inside(path));

    /// <summary>The real full path of a directory inside.</summary>
    public string DirectoryPath(string path) => _access.DirectoryPath(Inside(path));

    // Relative to the root, with .. still in it: only the walk knows where that leads.
    private string Inside(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw new ToolException("A path cannot contain a NUL character.");
        }

        if (path is "" or "~" || path.StartsWith("~/", StringComparison.Ordinal))
        {
            path = path.Length <= 2 ? "." : path[2..];
        }

        if (!Path.IsPathRooted(path))
        {
            return path;
        }

        foreach (var root in new[] { Root, _given })
        {
            if (RealPath.IsInside(path, root))
            {
                return "." + path[root.Length..];
            }
        }

        throw Outside(path, Root);
    }

    internal static ToolException Outside(string path, string root) =>
        new($"\"{path}\" is outside the working folder {root}. Use a path inside it, or copy the file there first.");

    internal static ToolException IsThere(string path) => new($"\"{path}\" is there already. Choose another name, or have it replaced (overwrite; muster cp --force).");

    internal static ToolException Kept(string path) =>
        new($"\"{path}\" is written by Muster alone: it is the record of the coding sessions, and can be read only.");

    internal static ToolException HiddenPlace(string path) =>
        new($"\"{path}\" holds keys or Muster's own state, which tools may not touch.");

    private void Refuse(string root, string musterHome)
    {
        var work = Path.Combine(musterHome, "work");
        if (Hidden.Paths.FirstOrDefault(place => RealPath.IsInside(root, place)) is { } hidden
            && !(hidden == musterHome && RealPath.IsInside(root, work)))
        {
            throw new ToolException(
                $"WORKING_DIR {root} is inside {hidden}, which holds keys or Muster's own state. " +
                $"Choose another folder, for example {work}.");
        }

        if (Path.GetPathRoot(root) == root)
        {
            throw new ToolException($"WORKING_DIR is {root}, the whole machine. Choose a folder of your own, for example {work}.");
        }
    }
}
