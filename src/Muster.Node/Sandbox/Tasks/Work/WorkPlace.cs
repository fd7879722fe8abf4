using System.ComponentModel;
using Microsoft.Win32.SafeHandles;
using Muster.Node.Folders;
using Muster.Node.Sandbox.Tasks.Native;
using Muster.Protocol.Jobs;

namespace Muster.Node.Sandbox.Tasks.Work;

/// <summary>
/// Where a task's files go: into memory, where the kernel itself holds the limit and the memory limit counts them; or, when there are
/// inputs or the limit is large, to the job's folder on the disk, which has to be watched.
/// </summary>
internal sealed class WorkPlace : IDisposable
{
    private const long MostInMemory = 1L << 30;
    private const int MostTries = 1000;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(1);
    private readonly SandboxJob _job;
    private readonly Stage _stage;
    private SafeFileHandle? _memory;

    public WorkPlace(SandboxJob job, Stage stage)
    {
        (_job, _stage) = (job, stage);
        if (!Directory.Exists(job.WorkFolder))
        {
            throw new SandboxUnavailableException($"The work folder {job.WorkFolder} is not there.");
        }

        InMemory = job.Limits.DiskBytes <= Math.Min(MostInMemory, job.Limits.MemoryBytes / 2)
            && !Directory.EnumerateFileSystemEntries(job.WorkFolder).Any();
        if (!InMemory)
        {
            if (stage.Root)
            {
                WorkHandover.Give(job.WorkFolder);
            }

            Shown = (job.WorkFolder, stage.PathFor(job.WorkFolder));
        }
    }

    public bool InMemory { get; }

    /// <summary>The folder, and the path by which bubblewrap reaches it; null when it makes one.</summary>
    public (string Folder, string Path)? Shown { get; private set; }

    /// <summary>As the node reaches it.</summary>
    public string Path => _memory is null ? _job.WorkFolder : $"/proc/self/fd/{_memory.DangerousGetHandle()}";

    /// <summary>Takes hold of the folder in memory: it stays for as long as this does, whoever mounted it.</summary>
    /// <param name="pid">A process that waits in the sandbox.</param>
    public void Take(int pid)
    {
        // bubblewrap builds the new root as a folder of another one and moves into it at the end; in the middle of that it is in neither.
        string[] places = [$"/proc/{pid}/root/newroot/work", $"/proc/{pid}/root/work"];
        for (var tries = 0; _memory is null; tries++)
        {
            try
            {
                _memory = Linux.OpenFile(places[tries % 2], Libc.ReadOnly | Libc.Directory);
            }
            catch (Win32Exception) when (tries < MostTries)
            {
                _ = tries % 2 == 1 && new Waiting().For(_pause);
            }
        }
    }

    /// <returns>Null while there is room, else a sentence.</returns>
    public string? Full()
    {
        if (_memory is null)
        {
            return FolderUse.Over(_job.WorkFolder, _job.Limits.DiskBytes);
        }

        var (blocks, inodes) = Linux.FreeSpace(_memory);
        return blocks == 0 || inodes == 0 ? $"Its files filled the {new ByteSize(_job.Limits.DiskBytes)} of its disk limit." : null;
    }

    /// <summary>The task is over: bubblewrap's way to the folder is not needed any more.</summary>
    public void Close()
    {
        if (Shown is { } shown)
        {
            Shown = null;
            _stage.Hide(shown.Path);
        }
    }

    public void Dispose()
    {
        Close();
        _memory?.Dispose();
    }
}
