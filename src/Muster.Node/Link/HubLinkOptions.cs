using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Protocol.Wire;
using Muster.Storage;
using Muster.Storage.Lanes;

namespace Muster.Node.Link;

public sealed record HubLinkOptions
{
    public required NodeIdentity Identity { get; init; }

    public required Database Database { get; init; }

    public required FrameHandlers Handlers { get; init; }

    /// <summary>What this machine is, asked at each connection.</summary>
    /// <summary>What this node gives to the pool; null: nothing.</summary>
    public Func<NodeOffer?> Offer { get; init; } = () => null;

    /// <summary>Attempts that this node holds, in the handshake's transaction.</summary>
    public Func<Transaction, IReadOnlyList<AttemptRef>> HeldAttempts { get; init; } = _ => [];

    public required Func<NodeFacts> Facts { get; init; }

    /// <summary>Ids of the runs that this node holds and has not ended.</summary>
    public required Func<Transaction, IReadOnlyList<string>> HeldRuns { get; init; }

    /// <summary>The hub lost what it had of this node: the outbox is empty and new; put in again what the hub must know. In that transaction.</summary>
    public Action<Transaction>? OnReconcile { get; init; }

    public Func<Heartbeat>? Heartbeat { get; init; }

    /// <summary>Is told the bearer of transfers by HTTP while there is a link.</summary>
    public TransferToken Transfers { get; init; } = new();

    public string ProgramVersion { get; init; } = "0.1.0";

    public LaneStoreOptions Lanes { get; init; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>For the jitter of reconnects.</summary>
    public int Seed { get; init; } = Environment.ProcessId;

    public ILogger Logger { get; init; } = NullLogger.Instance;

    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Between tries while the hub refuses this node.</summary>
    public TimeSpan RefusedRetry { get; init; } = TimeSpan.FromMinutes(1);
}
