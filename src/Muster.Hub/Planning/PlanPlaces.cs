using Muster.Hub.Fleet;
using Muster.Hub.Routing;
using Muster.Hub.Routing.Rules;
using Muster.Protocol.Ids;

namespace Muster.Hub.Planning;

/// <summary>Gives the steps of a plan their places, by the rules of PiBot's planner over today's machines.</summary>
internal static class PlanPlaces
{
    /// <param name="nodes">All that the user may ask. Steps are tasks, so only what is named goes to one on which the user may run none, which is said then.</param>
    public static PlanStepModel Place(DraftStep step, IReadOnlyList<NodeSnapshot> nodes, IReadOnlyList<Machine> machines, Id<User> user, string? active)
    {
        var open = nodes.Where(node => node.Dialect == NodeDialect.Muster && node.MayRun(user)).ToList();
        var online = open.Where(node => node.Online).ToList();
        var (placement, node, why) = MachineNaming.Unknown(step.Description, machines) is { } unknown ? ("named", null, RouteTexts.For(chinese: false).UnknownAddress(unknown, machines))
            : Named(step, machines) is { } named ? ("named", named, open.Any(node => node.Name == named) ? $"It names {named}." : Closed(named)) : step.Kind switch
        {
            StepKind.Simple => ("hub", null, "No machine is needed."),
            StepKind.Status => ("hub", null, "The hub knows the state of all machines."),
            StepKind.Files => Files(step, [.. machines.Where(machine => open.Any(node => node.Name == machine.Name))], active),
            StepKind.Network => With("web", "web", "It reaches the network", online),
            StepKind.Hardware => With("gpio", "gpio", "It has the pins", online),
            StepKind.Compute => ("freest", null, "The pool takes the freest machine."),
            _ => ("load", null, "The pool decides by load."),
        };
        return new PlanStepModel(step.Id, step.Description, step.Skills, step.DependsOn, placement, node, why);
    }

    /// <summary>Why nothing of a plan can be done there.</summary>
    public static string Closed(string node) => $"You may not run tasks on {node}: its owner allows it with \"muster node allow {node} YOU run\", or name another machine.";

    private static string? Named(DraftStep step, IReadOnlyList<Machine> machines) => MachineNaming.FindInside(step.Description, machines)?.Name;

    /// <summary>Work with files stays where they are.</summary>
    private static (string Placement, string? Node, string Why) Files(DraftStep step, IReadOnlyList<Machine> machines, string? active)
    {
        var request = new RouteRequest(step.Description, machines, active, Chinese: false);
        var owner = new SessionOwnerRule().Decide(request) ?? new PathOwnerRule().Decide(request);
        return owner switch
        {
            RouteDecision.Go go => ("files", go.Machine.Name, go.Reason),
            RouteDecision.Offline away => ("files", away.Machine.Name, $"{away.Machine.Name} has the files, and is offline."),
            _ when machines.Where(machine => machine.Online).ToList() is [var only] => ("files", only.Name, $"{only.Name} is the only machine that is online."),
            _ when machines.FirstOrDefault(machine => machine.Id == active) is { } here => ("files", here.Name, $"No machine is known to hold the files; {here.Name} is the active one."),
            _ => ("files", null, "No machine is known to hold the files."),
        };
    }

    private static (string Placement, string? Node, string Why) With(string placement, string capability, string reason, IReadOnlyList<NodeSnapshot> online) =>
        online.Where(node => node.Facts.Capabilities.Contains(capability)).MinBy(node => (node.Runs, node.Load)) is { } found
            ? (placement, found.Name, $"{reason}: {found.Name} has \"{capability}\".")
            : (placement, null, $"No machine that is online has \"{capability}\".");
}
