namespace Muster.Hub.Accounts.Claiming;

/// <summary>Whether the owner has set a password: read at every request, so kept in memory.</summary>
internal sealed class ClaimState
{
    private volatile bool _claimed;

    public bool Claimed
    {
        get => _claimed;
        set => _claimed = value;
    }
}
