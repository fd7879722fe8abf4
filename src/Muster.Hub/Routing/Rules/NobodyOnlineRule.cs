namespace Muster.Hub.Routing.Rules;

/// <summary>With no machine online the user is told how to get one.</summary>
internal sealed class NobodyOnlineRule : IRoutingRule
{
    public RouteDecision? Decide(RouteRequest request)
    {
        var texts = RouteTexts.For(request.Chinese);
        return request switch
        {
            { Online.Count: > 0 } => null,
            { Machines: [var only] } => new RouteDecision.Offline(only, texts.Offline(only.Name)),
            _ => new RouteDecision.Nobody(texts.NoneOnline(request.Machines)),
        };
    }
}
