namespace Muster.Hub.Schedules;

/// <summary>Exactly one of <paramref name="When"/>, <paramref name="At"/>, <paramref name="EverySeconds"/> and <paramref name="Cron"/> says when.</summary>
/// <param name="Kind"><c>message</c> (a reminder; the default) or <c>instruction</c> (given to the assistant as a message of the user).</param>
/// <param name="When">In words: <c>in 30 minutes</c>, <c>tomorrow at 9</c>, <c>every monday at 9</c>, <c>每天 8:00</c>, <c>cron: 0 9 * * 1-5</c>.</param>
/// <param name="Zone">An IANA name; the hub's own by default.</param>
/// <param name="Conversation">Where it belongs; the one that the user used last by default.</param>
/// <param name="Node">Of an instruction: the machine that it is for.</param>
/// <param name="Session">Of an instruction: the coding session that it is for.</param>
/// <param name="MaxCpt">Of an instruction: what all its runs together may spend, in credits; at it, the schedule is paused.</param>
public sealed record ScheduleRequest(
    string? Text, string? When = null, DateTimeOffset? At = null, long? EverySeconds = null, string? Cron = null, string? Zone = null, string? Kind = null,
    string? Conversation = null, string? Node = null, string? Session = null, int? MaxRuns = null, string? MaxCpt = null);

/// <param name="State"><c>active</c>, <c>paused</c> or <c>ended</c>.</param>
/// <param name="Rule"><c>once</c>, <c>every</c> or <c>cron</c>.</param>
/// <param name="Runs">How often it has come.</param>
/// <param name="LastOutcome">What became of it the last time.</param>
/// <param name="Delivered">Whether a channel took the last one, or its reader saw it; null while nothing was sent.</param>
/// <param name="Summary">What was made, as a sentence; only of an answer that makes one.</param>
public sealed record ScheduleModel(
    string Id, string State, string Kind, string Text, string Rule, long? EverySeconds, string? Cron, string Zone, string? ConversationId, string? Node, string? Session,
    DateTimeOffset? NextAt, long Runs, long? MaxRuns, DateTimeOffset? LastAt, string? LastOutcome, bool? Delivered, DateTimeOffset CreatedAt, string? Summary = null);

/// <summary>What a user wants to be told or asked, and when, before it is checked.</summary>
internal sealed record ScheduleWish
{
    public required string Text { get; init; }
    public bool IsInstruction { get; init; }
    public string? When { get; init; }
    public DateTimeOffset? At { get; init; }
    public long? DelaySeconds { get; init; }
    public long? EverySeconds { get; init; }
    public string? Cron { get; init; }

    /// <summary>The time may stand in the text itself, where nothing else says it.</summary>
    public bool TimeInText { get; init; }

    /// <summary>A time of the day or a length of time is one that comes again.</summary>
    public bool Repeats { get; init; }
    public string? Zone { get; init; }
    public string? ConversationId { get; init; }
    public string? Node { get; init; }
    public string? Session { get; init; }
    public long? MaxRuns { get; init; }
    public bool Chinese { get; init; }
    public string? KeyId { get; init; }

    /// <summary>What it starts may submit jobs, as its maker may.</summary>
    public bool MayRun { get; init; }
}
