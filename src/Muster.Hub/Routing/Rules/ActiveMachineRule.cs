namespace Muster.Hub.Routing.Rules;

/// <summary>The machine that this conversation used last goes on, and is said to be offline when it is: work is not moved silently.</summary>
internal sealed class ActiveMachineRule : IRoutingRule
{
    public RouteDecision? Decide(RouteRequest request)
    {
        var texts = RouteTexts.For(request.Chinese);
        return request.Machines.FirstOrDefault(machine => machine.Id == request.Active) switch
        {
            null => null,
            { Online: true } machine => new RouteDecision.Go(machine, texts.Active(machine.Name)),
            var machine => new RouteDecision.Offline(machine, texts.Offline(machine.Name)),
        };
    }
}
