using System.Text.RegularExpressions;

namespace Muster.Hub.Routing.Rules;

/// <summary>Pins and relays are where the hardware is: at the only machine that has any.</summary>
internal sealed partial class HardwareRule : IRoutingRule
{
    private const string Capability = "gpio";
    private const int LimitMilliseconds = 200;

    public RouteDecision? Decide(RouteRequest request)
    {
        var texts = RouteTexts.For(request.Chinese);
        return Words().IsMatch(request.Text) && request.Machines.Where(machine => machine.Capabilities.Contains(Capability)).ToList() is [{ Online: true } only]
            ? new RouteDecision.Go(only, texts.HasHardware(only.Name))
            : null;
    }

    [GeneratedRegex(@"\b(?:gpio ?\d*|relays?)\b|GPIO|继电器|引脚", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Words();
}
