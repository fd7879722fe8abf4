using System.Globalization;
using Muster.Node.Folders;
using Muster.Node.Sandbox.Tasks.Egress;
using Muster.Node.Sandbox.Tasks.Native;
using Muster.Node.Sandbox.Tasks.Seccomp;

namespace Muster.Node.Sandbox.Tasks.Containers;

/// <summary>One attempt as the engine is told of it.</summary>
internal sealed class ContainerPlan(FoundEngine engine, TaskSandboxOptions options, string node)
{
    /// <summary>On every container: whose it is, and of which attempt.</summary>
    public const string NodeLabel = "muster.node";

    public const string AttemptLabel = "muster.attempt";

    private const string Work = "/work";

    // What engines hide by themselves, which a list of one's own takes the place of, and what else tells of the machine.
    private static readonly string[] _masked =
    [
        "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/key-users", "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi",
        "/proc/timer_list", "/proc/timer_stats", "/sys/dev/block", "/sys/devices/virtual/dmi", "/sys/devices/virtual/powercap", "/sys/firmware", "/sys/fs/selinux",
    ];

    private static bool Root => Libc.geteuid() == 0;

    /// <summary>The task's container.</summary>
    /// <param name="image">Which has its own command where the job has none.</param>
    /// <param name="group">The control group around it; null for the engine's own choice.</param>
    /// <param name="network">The container whose network it shares; null gives it one with nothing on it.</param>
    public NewContainer Task(SandboxJob job, EngineImage image, string? group, string? network) => Base(job, group) with
    {
        Image = image.Id,
        Entrypoint = job.Command.Count > 0 ? job.Command : image.Config.Entrypoint ?? [],
        Cmd = job.Command.Count > 0 ? [] : image.Config.Cmd ?? [],
        WorkingDir = Work,
        // In another's network it has that one's name too.
        Hostname = network is null ? "task" : null,
        Env = [.. Environment(job, image, network is not null).Select(variable => $"{variable.Key}={variable.Value}"), .. engine.Podman ? [] : new[] { "HOSTNAME" }],
        HostConfig = Base(job, group).HostConfig with
        {
            NetworkMode = network is null ? "none" : $"container:{network}",
            Tmpfs = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["/tmp"] = string.Create(CultureInfo.InvariantCulture, $"rw,exec,nosuid,nodev,size={Math.Max(4096, job.Limits.MemoryBytes / 2)},mode=1777"),
            },
            Mounts = Mounts(job, image),
            Devices = Gpus(job) is { Count: > 0 } named && engine.Podman ? [.. named.Select(gpu => new DevicePart($"nvidia.com/gpu={gpu}", "", "rwm"))] : null,
            DeviceRequests = Gpus(job) is { Count: > 0 } asked && !engine.Podman ? [new DeviceRequestPart("nvidia", asked, [["gpu"]])] : null,
        },
    };

    /// <summary>A container that does nothing but hold a network open.</summary>
    public NewContainer Holder(SandboxJob job, string image, string? group)
    {
        var holder = Base(job, group);
        return holder with
        {
            Image = image, Hostname = "task", HostConfig = holder.HostConfig with { Memory = 32 << 20, MemorySwap = 32 << 20, PidsLimit = 8, NanoCpus = 100_000_000, Init = false },
        };
    }

    /// <summary>The files that containers see instead of the machine's own. Each appears whole: an engine may be reading it for another container.</summary>
    public async Task PrepareAsync(CancellationToken cancel)
    {
        Directory.CreateDirectory(Folder);
        foreach (var (name, content) in new[] { ("hosts", "127.0.0.1 localhost task\n::1 localhost\n"), ("resolv.conf", ""), ("seccomp.json", EngineProfile.ForThisMachine) })
        {
            var path = Path.Combine(Folder, name);
            var unfinished = $"{path}.{System.Security.Cryptography.RandomNumberGenerator.GetHexString(8)}";
            await File.WriteAllTextAsync(unfinished, content, cancel);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(unfinished, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            }

            File.Move(unfinished, path, overwrite: true);
        }
    }

    private string Folder => Path.Combine(options.Home, "sandbox", "containers");

    private static IReadOnlyList<string> Gpus(SandboxJob job) => job.Container?.Gpus ?? [];

    private NewContainer Base(SandboxJob job, string? group) => new()
    {
        Image = "",
        // The node's own user is, inside, one without any right.
        User = Root ? $"{Identity.Nobody}:{Identity.Nobody}" : $"{Libc.geteuid()}:{Libc.getegid()}",
        Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [NodeLabel] = node, [AttemptLabel] = job.Attempt },
        HostConfig = new HostPart
        {
            Memory = job.Limits.MemoryBytes,
            MemorySwap = job.Limits.MemoryBytes,
            NanoCpus = (long)(job.Limits.Cpus * 1e9),
            PidsLimit = job.Limits.Pids + 1,
            // Docker wants the filter itself, Podman the name of its file.
            SecurityOpt = engine.Podman
                ? ["no-new-privileges", $"seccomp={Path.Combine(Folder, "seccomp.json")}", $"mask={string.Join(':', _masked)}"]
                : ["no-new-privileges", $"seccomp={EngineProfile.ForThisMachine}"],
            MaskedPaths = engine.Podman ? null : _masked,
            Ulimits = Bounds(job.Limits),
            Init = true,
            // What is in it is memory, which has its limit.
            ShmSize = job.Limits.MemoryBytes,
            UsernsMode = engine is { Podman: true, Rootless: true } ? "keep-id" : null,
            CgroupParent = group,
        },
    };

    private UlimitPart[] Bounds(SandboxLimits limits) =>
    [
        new("nofile", limits.OpenFiles, limits.OpenFiles), new("core", 0, 0), new("fsize", limits.DiskBytes, limits.DiskBytes),
        // Podman would ask for a million, which it may not have the right to.
        .. engine.Podman ? [new UlimitPart("nproc", ProcessBounds.MostProcesses, ProcessBounds.MostProcesses)] : Array.Empty<UlimitPart>(),
    ];

    private MountPart[] Mounts(SandboxJob job, EngineImage image) =>
    [
        new("bind", job.WorkFolder, Work, false),
        new("bind", Path.Combine(Folder, "hosts"), "/etc/hosts", true),
        new("bind", Path.Combine(Folder, "resolv.conf"), "/etc/resolv.conf", true),
        .. options.ReadOnly.Select(folder => new MountPart("bind", folder, folder, true)),
        // An image's volumes would lie on the disk without a limit and stay there.
        .. (image.Config.Volumes?.Keys ?? []).Select(path => Path.GetFullPath(path)).Distinct(StringComparer.Ordinal).Where(path => path is not (Work or "/tmp"))
            .Select(path => new MountPart("tmpfs", null, path, false, new TmpfsPart(Math.Max(4096, job.Limits.MemoryBytes / 2), 0b001_111_111_111))),
    ];

    private static Dictionary<string, string> Environment(SandboxJob job, EngineImage image, bool network)
    {
        var environment = Bubblewrap.TaskEnvironment.Of(job, Work, network ? EgressProxy.Address : null);
        foreach (var variable in image.Config.Env ?? [])
        {
            if (variable.Split('=', 2) is [var name, var value] && (name is "PATH" or "LANG" || !environment.ContainsKey(name)) && !job.Environment.ContainsKey(name))
            {
                environment[name] = value;
            }
        }

        environment.TryAdd("PWD", Work);
        return environment;
    }
}
