using Muster.Cli.State;

namespace Muster.Cli.Terminal;

/// <summary>What was written before, newest last; kept in a file that only its owner can read.</summary>
internal sealed class InputHistory
{
    private const int Most = 500;

    private readonly string _file;
    private readonly List<string> _entries;
    private int _position;
    private string _draft = "";

    public InputHistory(string file)
    {
        _file = file;
        _entries = [.. (Home.Read(file) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Decode)];
        _position = _entries.Count;
    }

    public void Add(string text)
    {
        if (_entries.LastOrDefault() != text)
        {
            _entries.Add(text);
            _entries.RemoveRange(0, Math.Max(0, _entries.Count - Most));
            Home.Write(_file, string.Concat(_entries.Select(entry => Encode(entry) + "\n")));
        }

        _position = _entries.Count;
    }

    /// <summary>The entry before the current one; null at the oldest.</summary>
    public string? Older(string current)
    {
        if (_position == 0)
        {
            return null;
        }

        if (_position == _entries.Count)
        {
            _draft = current;
        }

        return _entries[--_position];
    }

    public string? Newer() => _position >= _entries.Count
        ? null
        : ++_position == _entries.Count ? _draft : _entries[_position];

    private static string Encode(string entry) => entry.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Decode(string line) => line.Replace("\\\\", "\0", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal).Replace('\0', '\\');
}
