namespace Muster.Hub.Routing;

/// <summary>What a rule may look at. Pure data, so that a rule is a function.</summary>
/// <param name="Machines">All machines that the user may ask, online or not.</param>
/// <param name="Active">Id of the conversation's active machine, if it has one.</param>
/// <param name="Chinese">Sentences are to be Chinese.</param>
internal sealed record RouteRequest(string Text, IReadOnlyList<Machine> Machines, string? Active, bool Chinese)
{
    public IReadOnlyList<Machine> Online { get; } = [.. Machines.Where(machine => machine.Online)];

    /// <summary>Id of the active machine where a coding session of it is given all that is said here.</summary>
    public string? Direct { get; init; }

    /// <summary>A model may be asked where no rule decides.</summary>
    public bool MayAskModel { get; init; }

    /// <summary>It is for a command that is not in the text: an address alone is enough.</summary>
    public bool IsForCommand { get; init; }

    /// <summary>What the hub's own assistant could answer.</summary>
    public HubAbility Hub { get; init; }
}

internal enum HubAbility
{
    None,
    /// <summary>What the built-in rules do with the hub's tools.</summary>
    Rules,
    Model,
}

internal sealed record Machine(string Id, string Name, bool Online)
{
    /// <summary>Names of the coding sessions that it has, and of their projects.</summary>
    public IReadOnlyList<string> Sessions { get; init; } = [];

    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>The folder in which its agents work; empty where it has not said.</summary>
    public string WorkingDir { get; init; } = "";
}

/// <summary>Where a message goes, or what the user is asked or told instead. <c>Reason</c> and <c>Text</c> are sentences for the user.</summary>
internal abstract record RouteDecision
{
    /// <summary>The same, with one sentence more about why it is so.</summary>
    public RouteDecision And(string? sentence) => sentence is null ? this : this switch
    {
        Go go => go with { Reason = $"{go.Reason} {sentence}" },
        OnHub hub => hub with { Reason = $"{hub.Reason} {sentence}" },
        Offline offline => offline with { Text = $"{offline.Text} {sentence}" },
        Ask ask => ask with { Text = $"{ask.Text} {sentence}" },
        Nobody nobody => nobody with { Text = $"{nobody.Text} {sentence}" },
        _ => this,
    };

    public sealed record Go(Machine Machine, string Reason) : RouteDecision;

    /// <summary>The hub's own assistant answers.</summary>
    /// <param name="Work">The message without the hub's name.</param>
    public sealed record OnHub(string Work, string Reason) : RouteDecision;

    /// <summary>The machine is offline: the user may have it wait.</summary>
    public sealed record Offline(Machine Machine, string Text) : RouteDecision;

    /// <summary>The user has to name one.</summary>
    public sealed record Ask(string Text) : RouteDecision;

    /// <summary>Several could do it, and no rule says which: a model is asked, outside of any transaction.</summary>
    public sealed record AskModel : RouteDecision;

    /// <summary>There is nothing to go to.</summary>
    public sealed record Nobody(string Text) : RouteDecision;
}

/// <summary>Decides, or leaves it to the next rule.</summary>
internal interface IRoutingRule
{
    RouteDecision? Decide(RouteRequest request);
}
