using System.Globalization;
using System.Text;

namespace Muster.Node.Sandbox.Tasks.Bubblewrap;

/// <summary>
/// The options that make one task's sandbox. bubblewrap reads them from a file in memory, so that neither the machine's other users
/// see the task's environment in the list of processes, nor the task the node's paths in /proc/1.
/// </summary>
internal sealed record BubblewrapArguments
{
    public required string Root { get; init; }

    /// <summary>As bubblewrap reaches it, and where the task does.</summary>
    public required IReadOnlyList<(string Source, string Place)> ReadOnly { get; init; }

    /// <summary>The work folder as bubblewrap reaches it; null puts one into memory.</summary>
    public string? Work { get; init; }

    public required SandboxLimits Limits { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Handles that bubblewrap has: read once the mounts are made, and the filter of system calls.</summary>
    public required (int Ready, int Filter) Handles { get; init; }

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(string.Concat(All().Select(argument => argument + '\0')));

    public IEnumerable<string> All() =>
    [
        "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net", "--unshare-cgroup-try",
        "--die-with-parent", "--new-session", "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL", "--hostname", "task",
        "--seccomp", Text(Handles.Filter),
        "--ro-bind", Root, "/", .. ReadOnly.SelectMany(folder => new[] { "--ro-bind", folder.Source, folder.Place }),
        "--proc", "/proc", "--remount-ro", "/proc", "--dev", "/dev",
        "--perms", "1777", "--size", Text(Math.Max(4096, Limits.MemoryBytes / 2)), "--tmpfs", "/tmp",
        .. Work is null
            ? (string[])["--perms", "0700", "--size", Text(Limits.DiskBytes), "--tmpfs", "/work"]
            : ["--bind", Work, "/work"],
        "--chdir", "/work", "--clearenv",
        .. Environment.SelectMany(variable => new[] { "--setenv", variable.Key, variable.Value }),
        "--perms", "0444", "--file", Text(Handles.Ready), "/dev/sandbox",
    ];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
