namespace Muster.Protocol.Transfers;

/// <summary>
/// A file and the machine that it is on, as people write it: <c>nas:docs/a.txt</c>, <c>docs/a.txt</c>. A colon after a slash names
/// no machine, so <c>./a:b</c> is a local file; nor does a single letter, so <c>C:\x</c> is one.
/// </summary>
/// <param name="Node">Null: the machine where it is written.</param>
public readonly record struct FilePlace(string? Node, string Path)
{
    /// <summary>Marks permissions as given, as the bits of a file's kind do where systems keep both: without it, 000 would be "not known".</summary>
    public const uint KnownMode = 0x8000;

    public static FilePlace Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || text.AsSpan(0, colon).IndexOfAny('/', '\\') >= 0 || (colon == 1 && char.IsAsciiLetter(text[0])))
        {
            return new FilePlace(null, text);
        }

        var path = text[(colon + 1)..];
        return new FilePlace(text[..colon], path.Length == 0 ? "." : path);
    }

    public override string ToString() => Node is null ? Path : $"{Node}:{Path}";
}
