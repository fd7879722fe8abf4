namespace Muster.Hub.Schedules;

/// <summary>How many schedules there may be, and how often they come.</summary>
public sealed record ScheduleOptions
{
    /// <summary><c>schedules.most</c>: of one user, that are active or paused.</summary>
    public int MostPerUser { get; init; } = 200;

    /// <summary><c>schedules.shortest_interval</c>: between two times of one that repeats.</summary>
    public TimeSpan ShortestInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary><c>schedules.longest_text</c>, in characters.</summary>
    public int LongestText { get; init; } = 2_000;

    /// <summary><c>schedules.zone</c>: where times are meant that name no zone; null is the zone of the hub's machine.</summary>
    public string? Zone { get; init; }

    /// <summary>The hub ends with the command that it lives in, so who makes a schedule is told that it needs one that goes on.</summary>
    public bool HubEnds { get; init; }

    /// <summary>How far ahead anything may lie.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromDays(3653);

    /// <summary>The wall clock is looked at this often at least: it jumps, machines sleep, and another hub may have changed something.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>From here on a reminder says that it is late.</summary>
    public TimeSpan Late { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long ended ones can be looked at.</summary>
    public TimeSpan Remembered { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Those that are due together share transactions of at most so many.</summary>
    public int Batch { get; init; } = 250;

    public IEnumerable<string> Mistakes()
    {
        if (Zone is not null && Times.Zones.TryFind(Zone) is null)
        {
            yield return $"schedules.zone is \"{Zone}\", which is no time zone known here: write one such as Europe/Berlin or UTC.";
        }

        if (ShortestInterval < TimeSpan.FromSeconds(1))
        {
            yield return "schedules.shortest_interval must be at least 1s.";
        }
    }
}
