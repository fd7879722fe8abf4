using System.Text.RegularExpressions;

namespace Muster.Hub.Routing.Rules;

/// <summary>
/// A path in the message belongs to the machine whose working folder holds it. Folders that every machine has, such as /etc, say
/// nothing, and neither does one that two machines have.
/// </summary>
internal sealed partial class PathOwnerRule : IRoutingRule
{
    private const int LimitMilliseconds = 200;

    public RouteDecision? Decide(RouteRequest request)
    {
        if (PathIn(request.Text) is not { } path)
        {
            return null;
        }

        var texts = RouteTexts.For(request.Chinese);
        return Owners(request, path) switch
        {
            [{ Online: true } only] => new RouteDecision.Go(only, texts.HasPath(only.Name, path)),
            [var away] => new RouteDecision.Offline(away, texts.HasPathOffline(away.Name, path)),
            _ => null,
        };
    }

    /// <summary>The decision, saying so when it is about a path that no machine holds as far as the hub knows.</summary>
    public static RouteDecision Noted(RouteRequest request, RouteDecision decision) =>
        decision is RouteDecision.Go go && request.Machines.Count > 1 && PathIn(request.Text) is { } path && Owners(request, path).Count == 0
            ? go with { Reason = go.Reason + RouteTexts.For(request.Chinese).NobodyHasPath(path) }
            : decision;

    private static List<Machine> Owners(RouteRequest request, string path) => [.. request.Machines.Where(machine => Holds(machine.WorkingDir, path))];

    private static bool Holds(string folder, string path)
    {
        var root = folder.TrimEnd('/', '\\').Replace('\\', '/');
        var asked = path.Replace('\\', '/');
        var drive = root.Length > 1 && root[1] == ':'; // Windows does not tell upper from lower case
        var comparison = drive ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return root.Length > 1 && asked.StartsWith(root, comparison) && (asked.Length == root.Length || asked[root.Length] == '/');
    }

    private static string? PathIn(string text) => AbsolutePath().Match(text) is { Success: true } match ? match.Value.TrimEnd('.', ',') : null;

    [GeneratedRegex(
        @"(?<![A-Za-z0-9_.:/\\~-])(?:/(?!(?:etc|usr|var|proc|sys|dev|tmp|bin|sbin|lib|boot|run|opt)(?:/|(?![A-Za-z0-9_.-])))[A-Za-z0-9_.+@-]+/[A-Za-z0-9_.+@/-]+|[A-Za-z]:[\\/][A-Za-z0-9_.+@/\\-]+)",
        RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex AbsolutePath();
}
