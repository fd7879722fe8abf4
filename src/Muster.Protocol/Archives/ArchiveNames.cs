namespace Muster.Protocol.Archives;

/// <summary>The names of an archive so far, as a file system without upper and lower case would hold them.</summary>
internal sealed class ArchiveNames(int maxDepth)
{
    private readonly Dictionary<string, (string Exact, bool Folder, bool Listed)> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <returns>Null, or what is wrong, as the end of a sentence that begins with the path.</returns>
    public string? Add(string path)
    {
        var inside = path.TrimEnd('/');
        if (inside.AsSpan().Count('/') >= maxDepth)
        {
            return $"lies more than {maxDepth} folders deep";
        }

        for (var slash = inside.IndexOf('/'); slash >= 0; slash = inside.IndexOf('/', slash + 1))
        {
            if (Add(inside[..slash], folder: true, listed: false) is { } mistake)
            {
                return mistake;
            }
        }

        return Add(inside, path.EndsWith('/'), listed: true);
    }

    private string? Add(string name, bool folder, bool listed)
    {
        if (!_names.TryGetValue(name, out var old))
        {
            _names.Add(name, (name, folder, listed));
            return null;
        }

        _names[name] = old with { Listed = old.Listed || listed };
        return old.Exact != name ? $"differs from \"{ZipHeader.Shown(old.Exact)}\" only in upper and lower case; rename one"
            : old.Folder != folder ? $"makes \"{ZipHeader.Shown(name)}\" a file and a folder; rename one"
            : old.Listed && listed ? "is there twice; pack it once"
            : null;
    }
}
