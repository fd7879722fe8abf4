namespace Muster.Hub.Routing.Rules;

/// <summary>Several machines and nothing that says which: ask, unless only one is online.</summary>
internal sealed class AskRule : IRoutingRule
{
    public RouteDecision? Decide(RouteRequest request)
    {
        var texts = RouteTexts.For(request.Chinese);
        return request.Online is [var only]
            ? new RouteDecision.Go(only, texts.OnlyOnline(only.Name))
            : new RouteDecision.Ask(texts.Which(request.Online));
    }
}
