namespace Muster.Hub.Routing.Rules;

/// <summary>After <c>/direct</c> everything goes to that session, whatever the words are about, unless another machine is named.</summary>
internal sealed class DirectSessionRule : IRoutingRule
{
    public RouteDecision? Decide(RouteRequest request)
    {
        var texts = RouteTexts.For(request.Chinese);
        return request.Machines.FirstOrDefault(machine => machine.Id == request.Direct) switch
        {
            null => null,
            { Online: true } machine => new RouteDecision.Go(machine, texts.Direct(machine.Name)),
            var machine => new RouteDecision.Offline(machine, texts.Offline(machine.Name)),
        };
    }
}
