using System.Buffers;

namespace Muster.Node.Sandbox.Tasks;

/// <summary>Refuses what would reach the kernel or a path in a form that nobody meant.</summary>
internal static class SandboxJobCheck
{
    private static readonly SearchValues<char> _ofNames =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");

    // What a timer of .NET can wait for.
    private static readonly TimeSpan _longest = TimeSpan.FromDays(49);

    /// <exception cref="SandboxUnavailableException">It cannot be run as it stands.</exception>
    public static void Throw(SandboxJob job)
    {
        if (Problem(job) is { } problem)
        {
            throw new SandboxUnavailableException($"The attempt {job.Attempt} cannot be run: {problem}.");
        }
    }

    private static string? Problem(SandboxJob job)
    {
        var limits = job.Limits;
        return job.Attempt.Length is 0 or > 120 || job.Attempt[0] == '.' || job.Attempt.AsSpan().ContainsAnyExcept(_ofNames)
                ? "its name may have letters, digits, `_`, `-` and `.` only, 120 at the most"
            : (job.Command.Count == 0 && job.Container is null) || job.Command is ["", ..] ? "it has no command"
            : job.Command.Any(HasZero) || job.Environment.Any(variable => HasZero(variable.Key) || HasZero(variable.Value))
                ? "its command or environment has a zero character in it"
            : job.Environment.Keys.Any(name => name.Length == 0 || name.Contains('=')) ? "the name of a variable is empty or has `=` in it"
            : !Path.IsPathRooted(job.WorkFolder) ? "its work folder is no whole path"
            : limits.Cpus is not (>= 0.01 and <= 4096) ? "its `cpus` are not between 0.01 and 4096"
            : limits.MemoryBytes < 8 << 20 ? "its `memory` is below 8 MiB"
            : limits.DiskBytes < 1 << 20 ? "its `disk` is below 1 MiB"
            : limits.Pids is < 1 or > 100_000 ? "its `pids` are not between 1 and 100000"
            : limits.OpenFiles is < 64 or > 1_000_000 ? "its open files are not between 64 and 1000000"
            : limits.Timeout <= TimeSpan.Zero || limits.Timeout > _longest ? "its time limit is not above zero and below 49 days"
            : limits.Grace < TimeSpan.Zero || limits.Grace > TimeSpan.FromHours(1) ? "its grace is not between zero and an hour"
            : null;
    }

    private static bool HasZero(string text) => text.Contains('\0');
}
