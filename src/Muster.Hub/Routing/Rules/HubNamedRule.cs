using System.Text.RegularExpressions;

namespace Muster.Hub.Routing.Rules;

/// <summary><c>@hub …</c>: the hub's own assistant is meant, unless a machine has that name.</summary>
internal sealed partial class HubNamedRule : IRoutingRule
{
    private const int LimitMilliseconds = 200;

    public RouteDecision? Decide(RouteRequest request) => request.Hub != HubAbility.None && Split(request.Text, request.Machines) is { } work
        ? new RouteDecision.OnHub(work, RouteTexts.For(request.Chinese).NamedHub)
        : null;

    /// <summary>What is said to the hub; null: it is not addressed.</summary>
    public static string? Split(string text, IReadOnlyList<Machine> machines) =>
        Address().Match(text) is { Success: true } match && MachineNaming.Find(text, machines) is null ? text[match.Length..] : null;

    [GeneratedRegex(@"^\s*(?:@hub(?![A-Za-z0-9_.-])\s*[:：,，]?|on\s+hub\s*[:：])\s*(?=\S)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Address();
}
