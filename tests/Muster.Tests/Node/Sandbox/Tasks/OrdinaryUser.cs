using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Muster.Tests.Node.Sandbox.Tasks;

/// <summary>Rights on files as they are for somebody who is not root: root may do what modes forbid.</summary>
internal static class OrdinaryUser
{
    private const uint Nobody = 65534;

    /// <summary>Gives nobody a folder with all that is in it, and acts as nobody there, on a thread of its own.</summary>
    public static void Run(string folder, Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                if (Environment.IsPrivilegedProcess)
                {
                    Own(folder);
                    _ = setfsuid(Nobody); // it gives the one before, and no error
                }

                action();
            }
            catch (Exception caught)
            {
                failure = caught;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private static void Own(string folder)
    {
        using var chown = Process.Start("chown", ["-R", $"{Nobody}", folder]);
        chown.WaitForExit();
    }

    // Of the calling thread alone; with it go the rights of root on files.
    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setfsuid(uint user);
}
