using System.Text.Json.Serialization;
using Muster.Client.Wallet;

namespace Muster.Client.Schedules;

/// <summary>A reminder, or something that the assistant is asked at a time. One of <see cref="When"/>, <see cref="At"/>, <see cref="EverySeconds"/> and <see cref="Cron"/> says when.</summary>
public sealed record ScheduleOptions(string Text)
{
    /// <summary>In words: <c>in 30 minutes</c>, <c>tomorrow at 9</c>, <c>every monday at 9</c>, <c>每天 8:00</c>, <c>cron: 0 9 * * 1-5</c>.</summary>
    public string? When { get; init; }
    public DateTimeOffset? At { get; init; }
    public long? EverySeconds { get; init; }

    /// <summary>Five fields.</summary>
    public string? Cron { get; init; }

    /// <summary>An IANA name; the hub's own zone by default.</summary>
    public string? Zone { get; init; }

    /// <summary><c>message</c> (the default) or <c>instruction</c>.</summary>
    public string? Kind { get; init; }
    public string? Conversation { get; init; }

    /// <summary>Of an instruction: the machine that it is for.</summary>
    public string? Node { get; init; }

    /// <summary>Of an instruction: the coding session that it is for.</summary>
    public string? Session { get; init; }
    public int? MaxRuns { get; init; }

    /// <summary>Of an instruction: what all its runs together may spend, in CPT; at it, the schedule is paused.</summary>
    [JsonConverter(typeof(CreditsAsText))]
    public decimal? MaxCpt { get; init; }
}

/// <summary>A schedule. <see cref="State"/> is <c>active</c>, <c>paused</c> or <c>ended</c>; <see cref="Rule"/> is <c>once</c>, <c>every</c> or <c>cron</c>.</summary>
public sealed record ScheduleInfo
{
    public required string Id { get; init; }
    public required string State { get; init; }
    public required string Kind { get; init; }
    public required string Text { get; init; }
    public required string Rule { get; init; }
    public long? EverySeconds { get; init; }
    public string? Cron { get; init; }
    public required string Zone { get; init; }
    public string? ConversationId { get; init; }
    public string? Node { get; init; }
    public string? Session { get; init; }
    public DateTimeOffset? NextAt { get; init; }
    public long Runs { get; init; }
    public long? MaxRuns { get; init; }
    public DateTimeOffset? LastAt { get; init; }
    public string? LastOutcome { get; init; }

    /// <summary>Whether a channel took the last one, or its reader saw it; null while nothing was sent.</summary>
    public bool? Delivered { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>What was made, as a sentence; only of <see cref="ScheduleClient.CreateAsync"/>.</summary>
    public string? Summary { get; init; }
}
