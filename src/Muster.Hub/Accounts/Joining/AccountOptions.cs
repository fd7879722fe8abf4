namespace Muster.Hub.Accounts.Joining;

/// <summary>Who may make an account.</summary>
public enum SignUpMode
{
    /// <summary>Nobody; invitations that were made before do not work either.</summary>
    Closed,
    /// <summary>Whoever has an invitation.</summary>
    Invite,
    /// <summary>Anyone who reaches the hub.</summary>
    Open,
}

/// <summary>What the hub's owner has set about accounts.</summary>
public sealed record AccountOptions
{
    /// <summary><c>accounts.signup</c></summary>
    public SignUpMode SignUp { get; init; } = SignUpMode.Invite;

    /// <summary>How long an invitation works that says nothing else.</summary>
    public TimeSpan InviteLife { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long a token works that lets a user set a new password.</summary>
    public TimeSpan ResetLife { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Accounts that there can be.</summary>
    public int MostUsers { get; init; } = 10_000;
}
