using System.Globalization;
using System.Text;
using Muster.Agents.Tools;

namespace Muster.Node.Tools.Files;

internal sealed record TextEdit(string OldText, string NewText, bool All);

/// <summary>One place to change. Positions count characters of the text with plain newlines.</summary>
internal sealed record TextChange(int Start, int Length, string NewText)
{
    public int End => Start + Length;
}

/// <summary>
/// Replaces pieces of a text. Every piece is looked for in the original; <c>\r\n</c> and <c>\n</c> count as the same,
/// and what is not replaced keeps its line ends byte for byte.
/// </summary>
internal sealed class TextEdits
{
    private readonly string _original;
    private readonly List<int> _returns = []; // positions of newlines that have a \r before them
    private readonly List<TextChange> _changes = [];

    public TextEdits(string original, IReadOnlyList<TextEdit> edits)
    {
        _original = original;
        Plain = original.Replace("\r\n", "\n", StringComparison.Ordinal);
        for (int at = -1, i = 0; (at = original.IndexOf("\r\n", at + 1, StringComparison.Ordinal)) >= 0; i++)
        {
            _returns.Add(at - i);
        }

        for (var i = 0; i < edits.Count; i++)
        {
            Find(edits[i], edits.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $"edits[{i}]: ") : "");
        }

        _changes.Sort((a, b) => a.Start.CompareTo(b.Start));
        if (_changes.Zip(_changes.Skip(1)).Any(pair => pair.First.End > pair.Second.Start))
        {
            throw new ToolException("Two edits overlap. Join them into one.");
        }
    }

    /// <summary>The original with plain newlines.</summary>
    public string Plain { get; }

    /// <summary>In their order, none overlapping another.</summary>
    public IReadOnlyList<TextChange> Changes => _changes;

    public string Apply()
    {
        var newline = _returns.Count * 2 > Plain.Count(c => c == '\n') ? "\r\n" : "\n";
        var result = new StringBuilder(_original.Length);
        var at = 0;
        foreach (var change in _changes)
        {
            result.Append(_original, at, Raw(change.Start) - at)
                .Append(change.NewText.Replace("\n", newline, StringComparison.Ordinal));
            at = Raw(change.End);
        }

        return result.Append(_original, at, _original.Length - at).ToString();
    }

    private int Raw(int plain)
    {
        var index = _returns.BinarySearch(plain);
        return plain + (index < 0 ? ~index : index);
    }

    private void Find(TextEdit edit, string which)
    {
        var old = edit.OldText.Replace("\r\n", "\n", StringComparison.Ordinal);
        var replacement = edit.NewText.Replace("\r\n", "\n", StringComparison.Ordinal);
        if (old.Length == 0)
        {
            throw new ToolException($"{which}old_text is empty. Give the text to replace, or use file_write for a new file.");
        }

        if (old == replacement)
        {
            throw new ToolException($"{which}old_text and new_text are the same: nothing would change.");
        }

        var places = new List<int>();
        for (var at = 0; (at = Plain.IndexOf(old, at, StringComparison.Ordinal)) >= 0; at += old.Length)
        {
            places.Add(at);
        }

        if (places.Count == 0)
        {
            throw new ToolException($"{which}old_text is not in the file. It must match exactly, with spaces and line breaks; read the file again.");
        }

        if (places.Count > 1 && !edit.All)
        {
            throw new ToolException(string.Create(CultureInfo.InvariantCulture,
                $"{which}old_text is in the file {places.Count} times. Add lines around it until it is unique, or set replace_all."));
        }

        _changes.AddRange(places.Select(at => new TextChange(at, old.Length, replacement)));
    }
}
