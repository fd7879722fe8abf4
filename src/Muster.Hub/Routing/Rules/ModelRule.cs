namespace Muster.Hub.Routing.Rules;

/// <summary>Several machines are online and nothing in the message says which: a model may see more in it. A conversation whose machine is
/// away is not moved by a model's guess.</summary>
internal sealed class ModelRule : IRoutingRule
{
    public RouteDecision? Decide(RouteRequest request) =>
        request is { MayAskModel: true, Online.Count: > 1 } && request.Machines.All(machine => machine.Id != request.Active || machine.Online)
            ? new RouteDecision.AskModel()
            : null;
}
