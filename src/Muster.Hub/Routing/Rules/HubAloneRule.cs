namespace Muster.Hub.Routing.Rules;

/// <summary>With no machine online the hub answers what needs none. What needs one can wait for it instead.</summary>
internal sealed class HubAloneRule : IRoutingRule
{
    public RouteDecision? Decide(RouteRequest request) => request.Online.Count == 0 && HubWork.Can(request.Text, request.Hub)
        ? new RouteDecision.OnHub(request.Text, RouteTexts.For(request.Chinese).HubAlone)
        : null;
}
