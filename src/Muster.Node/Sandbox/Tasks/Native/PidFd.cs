using Microsoft.Win32.SafeHandles;

namespace Muster.Node.Sandbox.Tasks.Native;

/// <summary>One process, whatever becomes of its number.</summary>
internal sealed class PidFd(SafeFileHandle handle, int pid) : IDisposable
{
    private const int OpenNumber = 434;
    private const int SendNumber = 424;
    private const int GetNumber = 438;

    public int Pid => pid;

    /// <summary>Readable once the process has ended.</summary>
    public SafeFileHandle Handle => handle;

    public static PidFd Open(int pid)
    {
        var number = Linux.syscall(OpenNumber, pid, 0, 0, 0, 0);
        Linux.Check(number, "pidfd_open");
        return new PidFd(new SafeFileHandle(number, ownsHandle: true), pid);
    }

    /// <summary>To one that has ended it does nothing.</summary>
    public void Signal(int signal) => _ = Linux.syscall(SendNumber, handle.DangerousGetHandle(), signal, 0, 0, 0);

    /// <summary>A handle of that process, made ours as well.</summary>
    public SafeFileHandle Take(int theirs)
    {
        var number = Linux.syscall(GetNumber, handle.DangerousGetHandle(), theirs, 0, 0, 0);
        Linux.Check(number, "pidfd_getfd");
        return new SafeFileHandle(number, ownsHandle: true);
    }

    public void Dispose() => handle.Dispose();
}
