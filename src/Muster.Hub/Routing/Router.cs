using System.Text.RegularExpressions;
using Muster.Hub.Routing.Rules;

namespace Muster.Hub.Routing;

/// <summary>The rules in their order; the last one always decides.</summary>
internal sealed partial class Router
{
    private static readonly IReadOnlyList<IRoutingRule> _rules =
    [
        new NamedMachineRule(), new HubNamedRule(), new UnknownMachineRule(), new DirectSessionRule(), new SessionOwnerRule(), new PathOwnerRule(), new HubAloneRule(), new NobodyOnlineRule(),
        new OnlyMachineRule(), new FleetStateRule(),
        new HardwareRule(), new ModelRule(), new ActiveMachineRule(), new NoMachineNeededRule(), new AskRule(),
    ];

    public RouteDecision Decide(RouteRequest request) =>
        PathOwnerRule.Noted(request, _rules.Select(rule => rule.Decide(request)).First(decision => decision is not null)!);

    /// <summary>The machine that a short answer ("nas", "2", "on nas please") to "which machine?" means. Whatever says more is a request of its own.</summary>
    /// <param name="listed">Ids of those that were listed, in their order.</param>
    public static Machine? Answer(string text, IReadOnlyList<Machine> machines, IReadOnlyList<string> listed)
    {
        var bare = text.Trim().TrimStart('@').TrimEnd('.', '!', '。', '！').Trim();
        if (machines.FirstOrDefault(machine => string.Equals(machine.Name, bare, StringComparison.OrdinalIgnoreCase)) is { } named)
        {
            return named;
        }

        return int.TryParse(bare, out var number)
            ? number >= 1 && number <= listed.Count ? machines.FirstOrDefault(machine => machine.Id == listed[number - 1]) : null
            : machines.FirstOrDefault(machine => bare.Contains(machine.Name, StringComparison.OrdinalIgnoreCase)
                && Filler().Replace(bare.Replace(machine.Name, "", StringComparison.OrdinalIgnoreCase), "").Length == 0);
    }

    /// <summary>A number alone, which none of the machines has that were listed: the question stays.</summary>
    /// <param name="listed">Their ids, with spaces between.</param>
    public static int? NumberOfNone(string text, string? listed) =>
        int.TryParse(text.Trim().TrimEnd('.', '。'), out var number) && (number < 1 || number > (listed?.Split(' ').Length ?? 0)) ? number : null;

    /// <summary>What may stand beside the name in an answer.</summary>
    [GeneratedRegex(@"\b(?:on|in|at|use|take|the|one|please)\b|[在用请到去上里吧那台个\s@,，.]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 200)]
    private static partial Regex Filler();
}
