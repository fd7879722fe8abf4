using Muster.Node.Sandbox.Tasks.Runs;
using Muster.Node.Sandbox.Tasks.Work;
using Muster.Protocol.Jobs;

namespace Muster.Node.Sandbox.Tasks.Containers;

/// <summary>What the exit of a container means that nobody ended.</summary>
internal static class ContainerEnd
{
    private const int Killed = 128 + 9;
    private const int FileTooLarge = 128 + 25;

    // How the engines' first processes say that they could not execute the command: docker-init and catatonit.
    private static readonly string[] _launchers = ["[FATAL tini (", "ERROR (catatonit:"];

    public static RunEnd Of(int code, bool outOfMemory, ContainerGroup group, string firstError, SandboxJob job)
    {
        var limits = job.Limits;
        if (outOfMemory || group.OutOfMemoryKills > 0 || (code == Killed && group.PeakMemory >= limits.MemoryBytes))
        {
            return RunEnd.OutOfMemory(limits);
        }

        if (code is 1 or 126 or 127 && _launchers.Any(launcher => firstError.StartsWith(launcher, StringComparison.Ordinal)))
        {
            return new RunEnd(SandboxEnd.FailedToStart, $"The command could not be started: {firstError[(firstError.IndexOf(')') + 1)..].Trim(' ', ':', '\n').Replace("\n", " ", StringComparison.Ordinal).TrimEnd('.')}.");
        }

        if (code == FileTooLarge)
        {
            return RunEnd.OutOfDisk($"One of its files would have become larger than the {new ByteSize(limits.DiskBytes)} of its disk limit.");
        }

        return FolderUse.Over(job.WorkFolder, limits.DiskBytes) is { } full ? RunEnd.OutOfDisk(full) : new RunEnd(SandboxEnd.Exited, null);
    }
}
