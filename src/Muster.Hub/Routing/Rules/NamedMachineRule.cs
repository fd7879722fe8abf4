namespace Muster.Hub.Routing.Rules;

/// <summary>A machine that the message names wins.</summary>
internal sealed class NamedMachineRule : IRoutingRule
{
    public RouteDecision? Decide(RouteRequest request)
    {
        var texts = RouteTexts.For(request.Chinese);
        return MachineNaming.Find(request.Text, request.Machines) switch
        {
            null => null,
            var machine when !request.IsForCommand && MachineNaming.Split(request.Text, request.Machines) is { Machine: not null, Work.Length: 0 } => new RouteDecision.Nobody(texts.AskWhat(machine.Name)),
            { Online: true } machine => new RouteDecision.Go(machine, texts.Named(machine.Name)),
            var machine => new RouteDecision.Offline(machine, texts.Offline(machine.Name)),
        };
    }
}
