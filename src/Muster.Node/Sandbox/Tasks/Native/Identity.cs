using System.Runtime.InteropServices;
using Muster.Node.Folders;

namespace Muster.Node.Sandbox.Tasks.Native;

/// <summary>
/// Who one thread is. These are the system calls themselves: those of the C library change every thread of the process. The saved ids
/// stay root's, which is the way back; to execute a program gives them up.
/// </summary>
internal static class Identity
{
    /// <summary>Who tasks are, on the machine itself, when the node is root.</summary>
    public const uint Nobody = 65534;

    private static readonly uint _group = Libc.getegid();

    private static bool Arm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64;

    /// <summary>Runs it as nobody, with no groups.</summary>
    public static T AsNobody<T>(Func<T> work)
    {
        Linux.Check(Linux.syscall(Arm ? 159 : 116, 0, 0, 0, 0, 0), "setgroups");
        SetGroup(Nobody);
        try
        {
            SetUser(Nobody);
            try
            {
                return work();
            }
            finally
            {
                SetUser(0);
            }
        }
        finally
        {
            SetGroup(_group);
        }
    }

    private static void SetUser(uint user) => Linux.Check(Linux.syscall(Arm ? 147 : 117, (nint)user, (nint)user, 0, 0, 0), "setresuid");

    private static void SetGroup(uint group) => Linux.Check(Linux.syscall(Arm ? 149 : 119, (nint)group, (nint)group, (nint)_group, 0, 0), "setresgid");
}
