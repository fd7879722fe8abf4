using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Muster.Node.Sandbox.Tasks;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks.Attacks;

[UnsupportedOSPlatform("windows")]
public abstract class SecretAttacks(SandboxFixture fixture) : SandboxAttack(fixture)
{
    private const string Secret = "s3cret-that-no-task-may-read";

    private static readonly string[] _searches =
    [
        "cat {home}/credentials {base}/*/credentials",
        "find / -name credentials -exec cat {} + 2>/dev/null; grep -rs s3cret-th[a]t / --include=credentials --include=id_ed25519",
        "cat /proc/*/environ | tr '\\0' '\\n'; cat /proc/*/cmdline | tr '\\0' '\\n'",
        "cat /proc/1/root{home}/credentials /proc/*/cwd/credentials /proc/self/root{home}/credentials",
        "for f in /proc/[0-9]*/fd/*; do timeout 0.3 cat $f < /dev/null; done",
        "cat /proc/1/maps /proc/1/mem",
        "ln -s {home}/credentials link; cat link; cat < link",
        "ls -la {work}; cat {work}/*/mine",
        "cat /root/.ssh/* /root/.bash_history /home/*/.ssh/* ~/.ssh/* ~/.bash_history; ls -la /root /home",
        "ls -la /var/run/docker.sock /run/docker.sock /run/podman /var/lib",
        "cat /etc/shadow /etc/gshadow /etc/machine-id /etc/hostname; hostname; uname -n",
        "for fd in 3 4 5 6 7 8 9 $(seq 10 300); do cat <&$fd; done",
        "cat /proc/keys /proc/key-users; keyctl show; keyctl list @u",
        "strings /dev/shm/* /tmp/* /dev/mem /proc/kcore; cat /sys/class/dmi/id/*",
    ];

    [Fact]
    public async Task Secret_OfTheNodeOrAnotherTask_IsNotFound()
    {
        Plant();

        var ended = await EachAsync(
        [
            .. _searches.Select(script => script.Replace("{home}", Fixture.Home, StringComparison.Ordinal).Replace("{base}", Fixture.Base, StringComparison.Ordinal)
                .Replace("{work}", Path.Combine(Fixture.Base, "work"), StringComparison.Ordinal)),
        ]);

        ended.ShouldAllBe(each => !each.Output.Contains("s3cret-that", StringComparison.Ordinal)
            && !each.Output.Contains(Environment.MachineName + "\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Handle_ThatTheNodeInherited_IsNotHandedOn()
    {
        Plant();
        using var open = File.OpenHandle(Path.Combine(Fixture.Home, "credentials"));
        using var passedOn = new SafeFileHandle(dup((int)open.DangerousGetHandle()), ownsHandle: true); // not closed at an exec

        var result = await Fixture.ShellAsync("ls -l /proc/self/fd | grep -v ' -> /proc/' | awk '{print $9}'", job => job);

        result.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["0", "1", "2"], result.ToString());
    }

    [Fact]
    public async Task Environment_OfATask_IsWhatItNamed()
    {
        var result = await Fixture.RunAsync(["env"], job => job with
        {
            Environment = new Dictionary<string, string> { ["MUSTER_INDEX"] = "7", ["ODD NAME.x"] = "a\nb", ["LD_PRELOAD"] = "/work/evil.so" },
        });

        result.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
            ["MUSTER_INDEX=7", "ODD NAME.x=a", "b", "LD_PRELOAD=/work/evil.so", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME=/work", "LANG=C.UTF-8", "TMPDIR=/tmp", "PWD=/work", .. Fixture.FurtherVariables],
            ignoreOrder: true, result.ToString());
    }

    [Theory]
    [InlineData("ps ax 2>/dev/null; ls -d /proc/[0-9]* | wc -l", 5)]
    public async Task Processes_OfTheMachine_AreNotSeen(string script, int most)
    {
        var result = await Fixture.ShellAsync(script);

        int.Parse(result.Stdout.TrimEnd().Split('\n')[^1]).ShouldBeLessThanOrEqualTo(most);
    }

    [Fact]
    public async Task Machine_Asked_SaysNothing()
    {
        var ended = await EachAsync(["cat /proc/self/cgroup | cut -d: -f3 | sort -u", "hostname"]);

        ended[0].Output.ShouldMatch(Fixture.OwnGroup);
        ended[1].Output.ShouldBe("task\n");
    }

    [Fact]
    public async Task Folder_OfAnEarlierTask_HasNothingLeft()
    {
        await Fixture.ShellAsync($"echo {Secret} > /tmp/left; echo {Secret} > /dev/shm/left; echo {Secret} > left");

        var result = await Fixture.ShellAsync("find /tmp /dev/shm . -mindepth 1; cat /tmp/left /dev/shm/left left");

        result.Stdout.ShouldBeEmpty(result.ToString());
    }

    private void Plant()
    {
        Environment.SetEnvironmentVariable("MUSTER_TEST_SECRET", Secret);
        File.WriteAllText(Path.Combine(Fixture.Home, "credentials"), Secret);
        Directory.CreateDirectory(Path.Combine(Fixture.Base, "work", "another"));
        File.WriteAllText(Path.Combine(Fixture.Base, "work", "another", "mine"), Secret);
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int dup(int handle);
}

[UnsupportedOSPlatform("windows")]
public sealed class ProcessSecretAttacks(ProcessSandboxFixture fixture) : SecretAttacks(fixture), IClassFixture<ProcessSandboxFixture>
{
    [Fact]
    public async Task Hardware_Asked_SaysNothing() => (await Fixture.ShellAsync("ls /sys 2>/dev/null | wc -l")).Stdout.ShouldBe("0\n");
}
