namespace Muster.Node.Policy.Shell;

/// <summary>What a script's variables hold while it is read, and how much all the filling in may come to.</summary>
/// <param name="reading">Which item loops stand at, counted from 1; 0 for all of them in one.</param>
internal sealed class ShellVariables(int reading)
{
    // A=$A$A doubles with every step.
    private const int MostExpanded = 64 * 1024;

    // What is nested is read once for each level, and more than once where it can be two things.
    private const int MostRead = 4 * 1024 * 1024;

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal) { ["IFS"] = " " };
    private int _left = MostExpanded;
    private int _leftToRead = MostRead;

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

    /// <summary>The script sets some by itself.</summary>
    public bool WereSet { get; private set; }

    /// <summary>A command of the script is fed by the script.</summary>
    public bool HadHereDocument { get; set; }

    public void Set(string name, string value)
    {
        _values[name] = value;
        WereSet = true;
    }

    public void Loop(string name, IReadOnlyList<string> items)
    {
        LongestLoop = Math.Max(LongestLoop, items.Count);
        _values[name] = reading > 0 && reading <= items.Count ? items[reading - 1] : string.Join(' ', items);
    }

    /// <summary>Takes what is to be read from what may be read in all; where that is used up, it gives up.</summary>
    public bool MayRead(int length)
    {
        _leftToRead -= length;
        if (_leftToRead < 0)
        {
            GiveUp();
        }

        return !TooFar;
    }

    public void GiveUp() => _left = -1;
}
