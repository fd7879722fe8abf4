using static Muster.Cli.Configuration.SettingKind;

namespace Muster.Cli.Configuration;

/// <summary>What a machine gives to the pool, and what the hub gives to the files of jobs.</summary>
internal static class PoolSettingTable
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("compute.enabled", Flag, "true", "Whether this machine takes tasks of the pool at all."),
        new("compute.cores", Number, "", "Cores that tasks may use together, such as 1.5; by default all.") { Minimum = 0, Maximum = 4096 },
        new("compute.memory", Size, "", "Memory that tasks may use together; by default three quarters of it."),
        new("compute.disk", Size, "", "Disk that tasks may use together; by default half of what is free at the start."),
        new("compute.slots", Whole, "64", "Tasks at once, however small they are.") { Minimum = 1, Maximum = 10_000 },
        new("compute.hours", List, "", "Hours of the day, in this machine's time zone, in which new tasks are taken, such as 22:00-07:00; by default always.") { Items = ListItems.Hours },
        new("compute.only_when_idle", Flag, "false", "Take tasks only while nothing else keeps this machine busy; those that run halt meanwhile."),
        new("compute.busy_above", Share, "0.25", "The part of all cores that anything but tasks may use before this machine counts as in use."),
        new("compute.min_price", Number, "", "The least that tasks of others pay here, as so many times the hub's list of prices; by default the list.") { Minimum = 0, Maximum = 1000 },
        new("compute.labels.*", Text, "", "A label that tasks can ask for, such as room: attic."),
        new("compute.location", Text, "", "Where this machine is, for tasks that ask for a place."),
        new("compute.network", Flag, "true", "Whether tasks may reach the hosts that they name."),
        new("compute.open_network", Flag, "false", "Whether tasks may reach any public host, if they ask for it."),
        new("compute.no_sandbox", Flag, "false", "Whether tasks of this machine's owner that ask for isolation: none run on the machine itself, with all rights of its node."),
        new("cache.quota", Size, "", "Disk for inputs of tasks that are kept for the next; by default 10 GiB or a tenth of the disk, whichever is less."),
        new("artifacts.max_size", Size, "10GiB", "The largest file that the hub takes."),
        new("artifacts.quota", Size, "50GiB", "Disk of the hub for all files of jobs."),
        new("artifacts.user_quota", Size, "20GiB", "Disk of the hub for files of one user who is no admin, jobs' files included; with more they can upload nothing."),
        new("artifacts.keep_free", Size, "512MiB", "Disk of the hub that files of jobs leave free."),
        new("artifacts.sent_kept", Duration, "720h", "How long the hub keeps a file that an agent sent to a person.") { Minimum = 60 },
        new("artifacts.upload_kept", Duration, "24h", "How long the hub keeps what was uploaded while no job takes it.") { Minimum = 60 },
        new("compute.engine.socket", Text, "", "The container engine that runs containers of tasks, by its socket; by default Docker or Podman, where they usually listen."),
        new("trust.probes", Flag, "true", "Whether the hub now and then gives machines that are not its owner's a task whose answer it knows, to find those that answer wrongly."),
    ];
}
