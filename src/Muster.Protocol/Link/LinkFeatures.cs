using System.Collections.Frozen;
using Muster.Protocol.Wire;

namespace Muster.Protocol.Link;

/// <summary>Names of what a side can read, stated in Welcome and Hello. A sender uses only what its peer named.</summary>
public static class LinkFeatures
{
    public const string Runs = "runs";
    public const string Approvals = "approvals";
    public const string HubCalls = "hub_calls";
    public const string Notices = "notices";
    public const string Credit = "credit";
    public const string Pool = "pool";
    public const string Speed = "speed";

    /// <summary>Forwards may be a guest's: the node lets their runs change nothing.</summary>
    public const string Guests = "guests";

    /// <summary>Files can be fetched from the node and brought to it.</summary>
    public const string Copies = "copies";

    /// <summary>What tools changed on the node can be taken back.</summary>
    public const string Undo = "undo";

    /// <summary>Tool calls of the node may go on in the background, as tasks of the pool.</summary>
    public const string Background = "background";

    /// <summary>Agents of tasks can be told something while they work.</summary>
    public const string Steering = "steering";

    /// <summary>A node says that it no longer waits for an approval.</summary>
    public const string Withdrawals = "withdrawals";

    /// <summary>All that this program can read.</summary>
    public static IReadOnlySet<string> Mine { get; } = new[] { Runs, Approvals, HubCalls, Notices, Credit, Pool, Speed, Guests, Copies, Undo, Background, Steering, Withdrawals }.ToFrozenSet();

    /// <summary>The feature that a body belongs to; null for the session's own frames, which every peer reads.</summary>
    public static string? Of(Frame.BodyOneofCase body) => body switch
    {
        Frame.BodyOneofCase.Forward or Frame.BodyOneofCase.Steer or Frame.BodyOneofCase.Stop
            or Frame.BodyOneofCase.RunEvent or Frame.BodyOneofCase.StopReceipt => Runs,
        Frame.BodyOneofCase.ApprovalRequest or Frame.BodyOneofCase.ApprovalAnswer => Approvals,
        Frame.BodyOneofCase.HubCall or Frame.BodyOneofCase.HubReply => HubCalls,
        Frame.BodyOneofCase.Notice => Notices,
        Frame.BodyOneofCase.Credit => Credit,
        Frame.BodyOneofCase.Leases or Frame.BodyOneofCase.AttemptControl or Frame.BodyOneofCase.Results or Frame.BodyOneofCase.AttemptsStarted
            or Frame.BodyOneofCase.AttemptUsage or Frame.BodyOneofCase.AttemptLog or Frame.BodyOneofCase.NodeOffer => Pool,
        Frame.BodyOneofCase.Measure or Frame.BodyOneofCase.Measured => Speed,
        Frame.BodyOneofCase.CopyOrder or Frame.BodyOneofCase.CopyReport => Copies,
        Frame.BodyOneofCase.UndoOrder or Frame.BodyOneofCase.UndoReport => Undo,
        Frame.BodyOneofCase.BackgroundStarted or Frame.BodyOneofCase.BackgroundAdopted => Background,
        Frame.BodyOneofCase.AttemptMessages => Steering,
        Frame.BodyOneofCase.ApprovalWithdrawn => Withdrawals,
        _ => null,
    };
}
