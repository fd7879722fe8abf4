using Microsoft.AspNetCore.Http;
using Muster.Hub.Fleet.PhoneWork;

namespace Muster.Hub.Fleet;

public sealed record FleetOptions
{
    public string ProgramVersion { get; init; } = "0.1.0";

    /// <summary>
    /// What an enrolment token says of the hub: its address, by default the one that the request came to, and the pin of its own
    /// certificate, empty where it does not show one.
    /// </summary>
    public Func<HttpRequest, (string Url, string Fingerprint)> Reached { get; init; } = http => ($"{http.Scheme}://{http.Host}", "");

    /// <summary>How long an enrolment token works.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Tries to enrol per minute and address.</summary>
    public int EnrolmentsPerMinute { get; init; } = 20;

    /// <summary><c>limits.workers_per_user</c>: programs of one user that serve functions at the same time.</summary>
    public int WorkersPerUser { get; init; } = 200;

    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(15);

    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan SilentAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A lost link is announced only when it is not back by then.</summary>
    public TimeSpan DisconnectGrace { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often the times at which nodes were last seen are stored.</summary>
    public TimeSpan PersistEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The clock tick of everything that waits for a time: one for all machines.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);

    public PhoneWorkOptions PhoneWork { get; init; } = new();

    /// <summary>Every mistake, each a sentence that names its key.</summary>
    public IEnumerable<string> Mistakes()
    {
        (string Key, TimeSpan Value, double Least, double Most)[] times =
        [
            ("fleet.token_lifetime", TokenLifetime, 60, 86_400),
            ("fleet.handshake_timeout", HandshakeTimeout, 0.1, 120),
            ("fleet.heartbeat", Heartbeat, 0.05, 60),
            ("fleet.silent_after", SilentAfter, 0.1, 600),
            ("fleet.disconnect_grace", DisconnectGrace, 0, 600),
            ("fleet.persist_every", PersistEvery, 1, 3600),
            ("fleet.tick", Tick, 0.01, 10),
        ];
        foreach (var (key, value, least, most) in times)
        {
            if (value.TotalSeconds < least || value.TotalSeconds > most)
            {
                yield return $"{key} is {value.TotalSeconds:0.##} s: set it between {least} and {most} seconds.";
            }
        }

        if (SilentAfter <= Heartbeat)
        {
            yield return "fleet.silent_after must be longer than fleet.heartbeat, or every link is dropped as silent.";
        }

        if (EnrolmentsPerMinute < 1)
        {
            yield return "fleet.enrolments_per_minute must be at least 1, or no machine can join.";
        }

        foreach (var mistake in PhoneWork.Mistakes())
        {
            yield return mistake;
        }
    }
}
