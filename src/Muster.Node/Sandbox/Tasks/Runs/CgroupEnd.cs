using Muster.Node.Sandbox.Tasks.Cgroups;
using Muster.Node.Sandbox.Tasks.Native;

namespace Muster.Node.Sandbox.Tasks.Runs;

/// <summary>Empties and removes a control group. The kernel says neither when the last process has left it nor when it lets go of it.</summary>
internal static class CgroupEnd
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(1);

    /// <returns>Whether it is gone. A process in the middle of a call to a disk that does not answer cannot die.</returns>
    public static bool Remove(ICgroup cgroup, TimeProvider time)
    {
        var start = time.GetTimestamp();
        while (!cgroup.Remove())
        {
            if (time.GetElapsedTime(start) > _patience)
            {
                return false;
            }

            if (cgroup.Processes().Count > 0)
            {
                cgroup.Kill();
            }

            _ = new Waiting().For(_pause);
        }

        return true;
    }
}
