using static Muster.Cli.Configuration.SettingKind;

namespace Muster.Cli.Configuration;

/// <summary>What the hub allows its users, and what it asks of them.</summary>
internal static class HubSettingTable
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("schedules.most", Whole, "200", "Reminders and schedules that a user may have at once.") { Minimum = 1, Maximum = 1_000_000 },
        new("schedules.shortest_interval", Duration, "5s", "The least time between two times of a schedule that repeats.") { Minimum = 1 },
        new("schedules.longest_text", Whole, "2000", "Characters that the text of a schedule may have.") { Minimum = 1, Maximum = 100_000 },
        new("schedules.zone", Text, "", "The time zone that is meant where a schedule names none, such as Europe/Berlin; by default that of the hub's machine."),
        new("prices.task", Credits, "0", "Credits (CPT) for each task that ran; they go to the hub."),
        new("prices.cpu_second", Credits, "0", "Credits for one processor for one second."),
        new("prices.memory_gib_second", Credits, "0", "Credits for one GiB of memory for one second."),
        new("prices.gpu_second", Credits, "0", "Credits for one GPU for one second."),
        new("prices.wall_second", Credits, "0", "Credits for each second that a task runs, whatever it uses."),
        new("prices.traffic_gib", Credits, "0", "Credits for one GiB over the network."),
        new("ledger.fee", Share, "0", "The part of each reward of a machine's owner that the hub keeps."),
        new("ledger.transfer_fee", Share, "0", "What a transfer costs its sender on top, as a part of it."),
        new("ledger.signup_bonus", Credits, "0", "Credits that a new user gets; they pay for jobs and cannot be given away."),
        new("accounts.signup", Choice, "invite", "Who may make an account: nobody, whoever was invited, or anyone.") { Choices = ["closed", "invite", "open"] },
        new("limits.workers_per_user", Whole, "200", "Programs of one user that serve functions at the same time.") { Minimum = 1, Maximum = 10_000 },
        new("limits.requests_per_second", Whole, "200", "Requests that a user, and an address, may make each second in the long run; three times as many at once.") { Minimum = 1, Maximum = 1_000_000 },
    ];
}
