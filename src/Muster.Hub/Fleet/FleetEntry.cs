using Muster.Hub.Fleet.Links;

namespace Muster.Hub.Fleet;

/// <summary>One machine in memory: its snapshot, how it proves itself and its link. Changed only by <see cref="FleetState"/>.</summary>
internal sealed class FleetEntry(NodeSnapshot snapshot, NodeCredential? credential) : IDisposable
{
    private NodeSnapshot _snapshot = snapshot;
    private INodeLink? _link;

    public Lock Gate { get; } = new();

    /// <summary>Held from a node's Hello until its link is in place, so that two connections do not open at once.</summary>
    public SemaphoreSlim Opening { get; } = new(1, 1);

    public NodeSnapshot Snapshot
    {
        get => Volatile.Read(ref _snapshot);
        set => Volatile.Write(ref _snapshot, value);
    }

    /// <summary>Null for a PhoneWork node.</summary>
    public NodeCredential? Credential { get; set; } = credential;

    public INodeLink? Link
    {
        get => Volatile.Read(ref _link);
        set => Volatile.Write(ref _link, value);
    }

    /// <summary>Of the newest link; on the database's writer alone.</summary>
    public HeldRuns? Held { get; set; }

    /// <summary>When the link was lost and nobody has been told yet.</summary>
    public DateTimeOffset? LostAt { get; set; }

    /// <summary>Its users were told that it is gone.</summary>
    public bool AbsenceAnnounced { get; set; }

    public bool Removed { get; set; }

    /// <summary>Processes whose link another process of this machine took over; under <see cref="Opening"/>.</summary>
    public IReadOnlyList<string> ReplacedBoots { get; set; } = [];

    /// <summary>When the owner was last told of a second machine; under <see cref="Opening"/>.</summary>
    public DateTimeOffset ClashToldAt { get; set; }

    public void Dispose() => Opening.Dispose();
}

/// <param name="Hash">SHA-256 of the bearer.</param>
/// <param name="PublicKey">SubjectPublicKeyInfo of the node's P-256 key.</param>
internal sealed record NodeCredential(byte[] Hash, byte[] PublicKey);
