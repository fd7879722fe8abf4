namespace Muster.Node.Folders;

/// <summary>Where a path leads that somebody named, with full paths.</summary>
/// <param name="Plain">Without <c>.</c> and <c>..</c>, links as they are.</param>
/// <param name="Real">With its links resolved. Two where readers differ about a <c>..</c> behind a link; none where it leads nowhere.</param>
internal sealed record NamedPath(string Plain, IReadOnlyList<string> Real);
