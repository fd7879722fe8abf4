namespace Muster.Hub.Schedules;

/// <summary>Something that is told, or asked of the assistant, at a time or again and again.</summary>
internal sealed record ScheduleRow
{
    public required string Id { get; init; }
    public required string UserId { get; init; }

    /// <summary>Null where the conversation was deleted: then it goes to the one that the user used last.</summary>
    public string? ConversationId { get; init; }

    /// <summary>The machine that an instruction is for; null leaves that to the router.</summary>
    public string? NodeId { get; init; }

    /// <summary>The coding session that an instruction is for.</summary>
    public string? Session { get; init; }
    public required string Kind { get; init; }
    public required string Text { get; init; }

    /// <summary>1: what is added to the text is Chinese.</summary>
    public long Chinese { get; init; }
    public required string Rule { get; init; }
    public long? EverySeconds { get; init; }
    public string? Cron { get; init; }
    public required string Zone { get; init; }

    /// <summary>Milliseconds since 1970, as all times here; null once nothing follows.</summary>
    public long? NextAt { get; init; }
    public long Runs { get; init; }
    public long? MaxRuns { get; init; }
    public required string State { get; init; }
    public long? LastAt { get; init; }
    public string? LastOutcome { get; init; }

    /// <summary>The notice of the last time in the inbox of the user.</summary>
    public long? InboxNumber { get; init; }

    /// <summary>The message of the last time, of an instruction.</summary>
    public string? MessageId { get; init; }
    public long CreatedAt { get; init; }

    /// <summary>The key that it was made with: what it costs counts against that key's budget.</summary>
    public string? KeyId { get; init; }

    /// <summary>1: its maker's credential may submit jobs, so what it starts may.</summary>
    public long MayRun { get; init; }

    /// <summary>1, 0, or null while nothing was sent; read with the row, never written.</summary>
    public long? Delivered { get; init; }

    public bool IsInstruction => Kind == ScheduleWords.Instruction;
}

/// <summary>Words of the columns kind, state and last_outcome.</summary>
internal static class ScheduleWords
{
    /// <summary>A notice.</summary>
    public const string Message = "message";

    /// <summary>Given to the assistant as a message of its user.</summary>
    public const string Instruction = "instruction";

    public const string Active = "active";
    public const string Paused = "paused";
    public const string Ended = "ended";

    public const string Told = "told";
    public const string ToldLate = "told late";
    public const string Given = "given to the assistant";
    public const string GivenToSession = "given to the coding session";

    /// <summary>The one before had not begun.</summary>
    public const string Skipped = "left out: the one before has not begun";
    public const string NoCredits = "left out: it has spent what it may";
    public const string NoMachine = "its machine is not there any more";
    public const string NoSession = "its coding session is not there";
    public const string NoZone = "its time zone is not known here any more";
}
