using System.Runtime.Versioning;
using Muster.Node.Sandbox.Tasks;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks.Attacks;

[UnsupportedOSPlatform("windows")]
public abstract class DiskAttacks(SandboxFixture fixture) : SandboxAttack(fixture)
{
    [Theory]
    [InlineData("cat /dev/zero > huge", false)]
    [InlineData("cat /dev/zero > huge", true)]
    [InlineData("i=0; while head -c 1000000 /dev/zero > part$i; do i=$((i+1)); done; exit 3", false)]
    [InlineData("i=0; while :; do head -c 1000000 /dev/zero > part$i; i=$((i+1)); done", true)]
    [InlineData("exec truncate -s 1T sparse", true)]
    [InlineData("perl -e 'for (my $i = 0; ; $i++) { open(my $f, q(>), qq(f$i)) or exit 3 }'", true)]
    [InlineData("perl -e 'for (;;) { (mkdir(q(d)) && chdir(q(d))) or exit 3 }'", true)]
    public async Task Disk_PastTheLimit_EndsTheTaskAndSaysSo(string script, bool onDisk)
    {
        var result = await Fixture.ShellAsync(script, Limited(cpus: 0.3, memory: 128, disk: 20, onDisk: onDisk));

        result.End.ShouldBe(SandboxEnd.OutOfDisk, result.ToString());
        result.ExitCode.ShouldNotBe(0);
        result.Outcome.Detail.ShouldNotBeNull().ShouldContain("`disk`");
        result.Outcome.Usage.WallSeconds.ShouldBeLessThan(20);
    }

    [Fact]
    public async Task Write_OutsideOfItsFolders_Fails()
    {
        var ended = await EachAsync(
        [
            "echo x > /usr/muster-test",
            "echo x > /etc/muster-test",
            "echo x > /muster-test",
            "echo x > /run/muster-test",
            "echo x > /var/muster-test",
            "mkdir -p /root /home/x",
            "ln -s /etc/hostname link && echo x > link",
            "chmod 777 /etc /usr",
            "chown 0:0 input",
            "chattr +i input",
            "mknod disk b 8 0",
        ], OnDisk);

        ended.ShouldAllBe(each => each.ExitCode != 0);
        File.Exists("/usr/muster-test").ShouldBeFalse();
    }

    [Fact]
    public async Task Core_Dumped_IsNone()
    {
        var result = await Fixture.ShellAsync("sh -c 'kill -SEGV $$'; echo $?; ls -a | grep -c core");

        result.Stdout.ShouldBe("139\n0\n", result.ToString());
    }

    [Theory]
    [InlineData("mkdir -p a/b; echo x > a/b/c; chmod 000 a/b/c a/b a")]
    [InlineData("n=$(head -c 250 /dev/zero | tr '\\0' n); mkdir $n; cd $n; mkdir $n; cd $n; touch $n")]
    [InlineData("perl -e 'mkdir qq(\\xff\\xfe\\n\\x1b[31m); open(F, q(>), qq(\\xff\\xfe\\n\\x1b[31m/\\xc3\\x28)) or die $!'")]
    [InlineData("mkfifo pipe; ln -s / out; ln -s loop loop; mkdir d; ln -s .. d/up")]
    [InlineData("perl -e 'for (1 .. 120) { mkdir q(d); chdir q(d) }'")]
    public async Task Folder_HardToRemove_IsRemoved(string script)
    {
        // The fixture removes it, and would fail.
        var result = await Fixture.ShellAsync(script, OnDisk);

        result.ExitCode.ShouldBe(0, result.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Outputs_OfATask_AreThereForTheNode(bool onDisk)
    {
        var result = await Fixture.ShellAsync("echo result > out; cat input 2>/dev/null; head -c 5000 /dev/zero > bytes", Limited(onDisk: onDisk));

        result.End.ShouldBe(SandboxEnd.Exited, result.ToString());
        result.Files["out"].ShouldBe(7);
        result.Files["bytes"].ShouldBe(5000);
        result.Stdout.ShouldBe(onDisk ? "input\n" : "");
    }
}

[UnsupportedOSPlatform("windows")]
public sealed class ProcessDiskAttacks(ProcessSandboxFixture fixture) : DiskAttacks(fixture), IClassFixture<ProcessSandboxFixture>
{
    [Theory]
    [InlineData("perl -e 'for (my $i = 0; ; $i++) { open(my $f, q(>), qq(f$i)) or exit 3 }'")]
    [InlineData("perl -e 'for (1 .. 200000) { (mkdir(q(d)) && chdir(q(d))) or exit 3 }'")]
    [InlineData("perl -e 'for (my $i = 0; ; $i++) { symlink(q(x) x 4000, qq(l$i)) or exit 3 }'")]
    public async Task Inodes_InMemory_AreMemory(string script)
    {
        var result = await Fixture.ShellAsync(script, Limited(memory: 64, disk: 20));

        result.End.ShouldBeOneOf(SandboxEnd.OutOfMemory, SandboxEnd.OutOfDisk);
        result.Outcome.Usage.PeakMemoryBytes.ShouldBeLessThanOrEqualTo(64 << 20);
    }
}
