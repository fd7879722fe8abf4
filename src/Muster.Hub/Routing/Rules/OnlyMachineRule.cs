namespace Muster.Hub.Routing.Rules;

/// <summary>The only machine there is needs no question.</summary>
internal sealed class OnlyMachineRule : IRoutingRule
{
    public RouteDecision? Decide(RouteRequest request) =>
        request is { Machines: [{ Online: true } only] } ? new RouteDecision.Go(only, RouteTexts.For(request.Chinese).Only(only.Name)) : null;
}
