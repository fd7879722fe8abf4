namespace Muster.Hub.Routing.Rules;

/// <summary>With no machine online the one that is meant can be waited for, or the user is told how to get one.</summary>
internal sealed class NobodyOnlineRule : IRoutingRule
{
    public RouteDecision? Decide(RouteRequest request)
    {
        var texts = RouteTexts.For(request.Chinese);
        var meant = request.Machines is [var only] ? only : request.Machines.FirstOrDefault(machine => machine.Id == request.Active);
        return (request.Online.Count, meant) switch
        {
            (> 0, _) => null,
            (_, { } away) => new RouteDecision.Offline(away, texts.Offline(away.Name)),
            _ => new RouteDecision.Nobody(texts.NoneOnline(request.Machines)),
        };
    }
}
