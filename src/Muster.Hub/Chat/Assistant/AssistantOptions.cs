using Muster.Agents.Providers;
using Muster.Hub.Routing;

namespace Muster.Hub.Chat.Assistant;

/// <summary>What the owner has set about the models that the hub itself asks.</summary>
public sealed record AssistantOptions
{
    /// <summary>A model of this name chooses machines, where there is one.</summary>
    public const string RouterModel = "router";

    /// <summary>The models of the hub's process; null is none.</summary>
    public ModelCatalog? Models { get; init; }

    /// <summary><c>assistant.router</c>: a model is asked which machine is meant where no rule says so.</summary>
    public bool RouteByModel { get; init; } = true;

    /// <summary><c>assistant.hub</c>: the hub answers by itself what needs no machine.</summary>
    public bool Hub { get; init; } = true;

    /// <summary><c>assistant.plan</c>: "plan: …" in a conversation is split up and run by the pool.</summary>
    public bool Plans { get; init; } = true;

    /// <summary><c>agent.rules</c>: the owner's rules, which every run keeps.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    internal HubAbility Ability => (Hub, HasModel) switch
    {
        (false, _) => HubAbility.None,
        (true, true) => HubAbility.Model,
        (true, false) => HubAbility.Rules,
    };

    /// <summary>The hub itself has a model, and not the built-in rules alone.</summary>
    public bool HasModel => Models is { IsConfigured: true, Default.Provider: not ModelProvider.Offline };
}
