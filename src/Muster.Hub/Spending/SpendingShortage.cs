namespace Muster.Hub.Spending;

/// <summary>Why a run may not spend what it needs now.</summary>
/// <param name="Scope">The conversation, schedule, task or key whose limit it is; null: there are too few credits.</param>
/// <param name="Said">What it is told about: where that is another thing than before, the person is told anew.</param>
/// <param name="Reason">In words, where they are known already.</param>
internal sealed record SpendingShortage(string? Scope, SpendingState? State, string Said, string Reason)
{
    /// <summary>No person can allow more: it is refused.</summary>
    public bool IsFinal { get; private init; }

    /// <summary>Its schedule comes no more, and cannot be resumed.</summary>
    public bool IsLast { get; init; }

    public static SpendingShortage Final(string sentence) => new(null, null, "", sentence) { IsFinal = true };

    public static SpendingShortage OfLimit(string scope, SpendingState state) => new(scope, state, $"{scope}:{state.Max}", "");

    public static SpendingShortage OfKey(string key, string sentence) => new(key, null, key, sentence);

    public static SpendingShortage OfCredits(string user, string sentence) => new(null, null, user, sentence);
}
