namespace Muster.Node.Policy;

/// <summary>Ordered by strictness.</summary>
public enum PolicyAction
{
    Allow,
    Ask,
    Deny,
}

/// <param name="Reason">For the person who is asked, and for the model that is denied; empty when allowed.</param>
public sealed record PolicyDecision(PolicyAction Action, string Reason)
{
    public static PolicyDecision Allow { get; } = new(PolicyAction.Allow, "");

    public static PolicyDecision Ask(string reason) => new(PolicyAction.Ask, reason);

    public static PolicyDecision Deny(string reason) => new(PolicyAction.Deny, reason);

    /// <summary>What it comes to when nobody can be asked.</summary>
    public PolicyDecision WithNobodyToAsk() =>
        Action == PolicyAction.Ask ? Deny($"{Reason} Nobody is there to ask, so it was not done.") : this;
}
