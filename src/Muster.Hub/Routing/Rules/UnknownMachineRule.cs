namespace Muster.Hub.Routing.Rules;

/// <summary>What is addressed to a machine that there is not goes to no other.</summary>
internal sealed class UnknownMachineRule : IRoutingRule
{
    public RouteDecision? Decide(RouteRequest request) => MachineNaming.Unknown(request.Text, request.Machines) is { } name
        ? new RouteDecision.Nobody(RouteTexts.For(request.Chinese).UnknownAddress(name, request.Machines))
        : null;
}
