namespace Muster.Node.Folders;

/// <summary>
/// What Muster itself writes into the working folder, and tools may only read: <c>sessions.json</c> and <c>audit/</c>. They are
/// kept once there are coding sessions: before that a person's own files may have these names.
/// </summary>
public sealed class KeptFiles
{
    /// <summary>The list of coding sessions.</summary>
    public const string List = "sessions.json";

    /// <summary>The folder of their records.</summary>
    public const string Records = "audit";

    private volatile bool _on;

    internal bool On => _on;

    internal void TurnOn() => _on = true;

    /// <param name="relative">To the working folder, links resolved.</param>
    internal bool Covers(string relative) =>
        _on && (relative is List or Records || relative.StartsWith(Records + "/", StringComparison.Ordinal));

    /// <summary>Their full paths, where they are there.</summary>
    internal IEnumerable<string> In(string root) => _on ? new[] { List, Records }.Select(name => Path.Combine(root, name)).Where(Path.Exists) : [];
}
