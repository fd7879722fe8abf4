namespace Muster.Hub.Routing.Rules;

/// <summary>Before anybody is asked for a machine: the hub does what needs none, such as a reminder.</summary>
internal sealed class NoMachineNeededRule : IRoutingRule
{
    public RouteDecision? Decide(RouteRequest request) => request is { IsForCommand: false, Online.Count: > 1 } && HubWork.Can(request.Text, request.Hub)
        ? new RouteDecision.OnHub(request.Text, RouteTexts.For(request.Chinese).NeedsNone)
        : null;
}
