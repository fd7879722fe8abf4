using Microsoft.Win32.SafeHandles;

namespace Muster.Node.Folders;

/// <summary>
/// What no tool may see, even inside the working folder: Muster's own state and a person's keys.
/// The sandbox covers these, the file tools refuse them. On Linux each is held open once it was seen, so that it is
/// known again wherever a command has moved it or a folder above it.
/// </summary>
internal sealed class HiddenPlaces
{
    private static readonly string[] _secrets =
    [
        ".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".config/gcloud", ".config/gh",
        ".password-store", ".local/share/keyrings", ".netrc", ".git-credentials", ".pgpass",
    ];

    private readonly Lock _gate = new();
    private readonly Dictionary<FileIdentity, SafeFileHandle> _held = [];
    private readonly IReadOnlyList<string> _names;

    private HiddenPlaces(IReadOnlyList<string> names)
    {
        _names = names;
        Paths = [.. names.Select(RealPath.Of)];
        Above = [.. Paths.SelectMany(FoldersAbove).Distinct(StringComparer.Ordinal).OrderBy(path => path.Length)];
        Hold(Paths);
    }

    /// <summary>Where they were at first, whether they exist or not.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>The folders above them that were there at first, before any command could plant one; outer ones first.</summary>
    public IReadOnlyList<string> Above { get; }

    /// <param name="musterHome">MUSTER_HOME.</param>
    /// <param name="userHome">The home of the user the node runs as; empty if it has none.</param>
    public static HiddenPlaces Of(string musterHome, string userHome) =>
        new([musterHome, .. userHome.Length == 0 ? [] : _secrets.Select(name => Path.Combine(userHome, name))]);

    /// <summary>What they are to the file system, under whatever name.</summary>
    public HashSet<FileIdentity> Identities()
    {
        lock (_gate)
        {
            Hold(Paths);
            return [.. _held.Keys];
        }
    }

    /// <summary>Those that exist below a folder by now, the folder itself and what is inside of another one left out.</summary>
    public IReadOnlyList<string> Inside(string folder)
    {
        HashSet<string> all = [.. Paths, .. _names.Select(RealPath.Of)];
        lock (_gate)
        {
            Hold(all);
            all.UnionWith(_held.Values.Select(Libc.PathOf).OfType<string>());
        }

        var inside = all.Where(path => path != folder && RealPath.IsInside(path, folder) && Path.Exists(path)).ToList();
        return [.. inside.Where(path => !inside.Exists(other => other != path && RealPath.IsInside(path, other)))];
    }

    private void Hold(IEnumerable<string> paths)
    {
        foreach (var path in Libc.Supported ? paths : [])
        {
            if (Libc.Facts(path) is not { } facts || _held.ContainsKey(facts.Identity) || Libc.OpenPlace(path) is not { } handle)
            {
                continue;
            }

            Forget();
            if (Libc.Facts(handle) is not { } now || !_held.TryAdd(now.Identity, handle))
            {
                handle.Dispose();
            }
        }
    }

    // A file that is written anew, such as .netrc, is another one each time.
    private void Forget()
    {
        foreach (var (identity, handle) in _held.Where(held => Libc.Facts(held.Value) is { Links: 0 }).ToList())
        {
            _held.Remove(identity);
            handle.Dispose();
        }
    }

    private static IEnumerable<string> FoldersAbove(string path)
    {
        while (Path.GetDirectoryName(path) is { } parent)
        {
            path = parent;
            if (Directory.Exists(path))
            {
                yield return path;
            }
        }
    }
}
