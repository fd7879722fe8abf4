namespace Muster.Node.Policy;

/// <summary>What a script's variables hold while it is read, and how much all the filling in may come to.</summary>
/// <param name="reading">Which item loops stand at, counted from 1; 0 for all of them in one.</param>
internal sealed class ShellVariables(int reading)
{
    // A=$A$A doubles with every step.
    private const int MostExpanded = 64 * 1024;

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal) { ["IFS"] = " " };
    private int _left = MostExpanded;

    /// <summary>More was filled in, or deeper, than anybody writes by hand; what was read since is not all there is.</summary>
    public bool TooFar => _left < 0;

    public int LongestLoop { get; private set; }

    /// <summary>Null when the script does not say.</summary>
    public string? Value(string name)
    {
        if (_values.GetValueOrDefault(name) is not { } value)
        {
            return null;
        }

        _left -= value.Length;
        return TooFar ? "" : value;
    }

    public void Set(string name, string value) => _values[name] = value;

    public void Loop(string name, IReadOnlyList<string> items)
    {
        LongestLoop = Math.Max(LongestLoop, items.Count);
        Set(name, reading > 0 && reading <= items.Count ? items[reading - 1] : string.Join(' ', items));
    }

    public void GiveUp() => _left = -1;
}
