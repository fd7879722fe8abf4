using System.Runtime.Versioning;
using Muster.Node.Sandbox.Tasks.Native;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks;

[UnsupportedOSPlatform("windows")]
public sealed class StageTests
{
    [Fact]
    public void Thread_ThatHasStartedAnother_StillReachesTheStageAndComesBack()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only a node that is root has a stage.");
        using var folder = new TemporaryFolder();
        using var end = new ManualResetEventSlim();
        var other = new Thread(end.Wait) { IsBackground = true };
        Exception? problem = null;
        var task = new Thread(() =>
        {
            try
            {
                Stage.Shared.Always(Directory.CreateDirectory(Path.Combine(folder.Path, "before")).FullName);
                other.Start();
                Stage.Shared.Always(Directory.CreateDirectory(Path.Combine(folder.Path, "after")).FullName);
                File.Exists("/proc/self/status").ShouldBeTrue();
                Directory.Exists(folder.Path).ShouldBeTrue("a thread that stayed on the stage would not see it");
            }
            catch (Exception error)
            {
                problem = error;
            }
        });

        task.Start();
        task.Join(TimeSpan.FromSeconds(60)).ShouldBeTrue();
        end.Set();
        other.Join(TimeSpan.FromSeconds(60)).ShouldBeTrue();

        problem.ShouldBeNull();
    }
}
