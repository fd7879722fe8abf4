namespace Muster.Hub.Copies;

/// <summary>How long and how many copies between machines may be.</summary>
public sealed record CopyOptions
{
    /// <summary>Copies of one user that are not over.</summary>
    public int MostAtOnce { get; init; } = 4;

    /// <summary>How often a machine is told that its step is still wanted, and asked how far it is.</summary>
    public TimeSpan Renew { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A machine that says nothing for so long fails the copy, and by itself ends a step that it was not asked for for so long.</summary>
    public TimeSpan Silent { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A copy for an agent ends when nobody has asked how far it is for so long.</summary>
    public TimeSpan Unasked { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longer than this none goes on; what the hub keeps for one is kept for as long.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long one that is over can be asked about.</summary>
    public TimeSpan Remembered { get; init; } = TimeSpan.FromHours(1);
}
