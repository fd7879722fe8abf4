using Muster.Hub.Routing.Rules;

namespace Muster.Hub.Routing;

/// <summary>The rules in their order; the last one always decides.</summary>
internal sealed class Router
{
    private static readonly IReadOnlyList<IRoutingRule> _rules =
    [
        new NamedMachineRule(), new HubNamedRule(), new UnknownMachineRule(), new DirectSessionRule(), new SessionOwnerRule(), new PathOwnerRule(), new HubAloneRule(), new NobodyOnlineRule(),
        new OnlyMachineRule(), new FleetStateRule(),
        new HardwareRule(), new ModelRule(), new ActiveMachineRule(), new AskRule(),
    ];

    public RouteDecision Decide(RouteRequest request) =>
        PathOwnerRule.Noted(request, _rules.Select(rule => rule.Decide(request)).First(decision => decision is not null)!);

    /// <summary>The machine that a short answer ("nas", "2", "on nas") to "which machine?" means.</summary>
    public static Machine? Answer(string text, IReadOnlyList<Machine> machines)
    {
        var bare = text.Trim().TrimStart('@').TrimEnd('.', '!', '。', '！').Trim();
        if (machines.FirstOrDefault(machine => string.Equals(machine.Name, bare, StringComparison.OrdinalIgnoreCase)) is { } named)
        {
            return named;
        }

        var online = machines.Where(machine => machine.Online).ToList();
        return int.TryParse(bare, out var number) && number >= 1 && number <= online.Count ? online[number - 1]
            : bare.Length <= 60 && bare.Split(' ').Length <= 3 ? MachineNaming.Find(text, machines)
            : null;
    }

    /// <summary>A plain yes to an offer.</summary>
    public static bool IsYes(string text) =>
        text.Trim().TrimEnd('.', '!', '。', '！').ToLowerInvariant()
            is "yes" or "y" or "ok" or "okay" or "sure" or "yes please" or "please" or "do it" or "好" or "好的" or "是" or "是的" or "可以" or "行" or "嗯";
}
