using System.Text.RegularExpressions;

namespace Muster.Hub.Routing.Rules;

/// <summary>What is addressed to a machine that there is not goes to no other.</summary>
internal sealed partial class UnknownMachineRule : IRoutingRule
{
    private const int LimitMilliseconds = 200;

    public RouteDecision? Decide(RouteRequest request) => Alone().Match(request.Text) is { Success: true } alone
        ? new RouteDecision.Nobody(RouteTexts.For(request.Chinese).AskWhat(alone.Groups["name"].Value))
        : MachineNaming.Unknown(request.Text, request.Machines) is { } name
        ? new RouteDecision.Nobody(RouteTexts.For(request.Chinese).UnknownAddress(name, request.Machines))
        : null;

    // All of them, or the hub, with no word after it.
    [GeneratedRegex(@"^\s*@(?<name>all|everyone|everywhere|所有机器|所有|全部|linux|windows|macos|hub)\s*[:：,，]?(?:\s*(?:/shell|\$))?\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Alone();
}
