using System.Runtime.Versioning;
using Muster.Agents.Tools;
using Muster.Node.Sandbox;
using Muster.Node.Tools;
using Muster.Testing;
using Muster.Tests.Node.Tools;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox;

[UnsupportedOSPlatform("windows")]
public sealed class SandboxTests
{
    private const string Secret = "s3cret-that-nobody-may-read";

    [Theory]
    [InlineData("cat {home}/credentials")]
    [InlineData("ls -la {home}; cat {home}/*")]
    [InlineData("find / -name credentials -exec cat {} \\; 2>/dev/null")]
    [InlineData("grep -rs s3cret / --include=credentials")]
    [InlineData("cat /proc/*/environ | tr '\\0' '\\n'")]
    [InlineData("ls /proc/1/root{home} && cat /proc/1/root{home}/credentials")]
    [InlineData("cat /proc/*/root{home}/credentials; cat /proc/*/cwd/credentials")]
    [InlineData("ln -s {home}/credentials link; cat link")]
    [InlineData("cat {person}/.ssh/id_ed25519")]
    [InlineData("cat {base}/../*/home/credentials")]
    public async Task Shell_TriesToReadSecrets_FindsNone(string command)
    {
        using var bench = new ToolBench();
        await ToolBench.RequireSandboxAsync(bench);
        Plant(bench);
        Environment.SetEnvironmentVariable("MUSTER_TEST_SECRET", Secret);

        var result = await bench.ShellAsync(Filled(command, bench));

        (result.Stdout + result.Stderr).ShouldNotContain("s3cret-that");
    }

    [Fact]
    public async Task Shell_HomeInsideWorkingFolder_IsCoveredThereToo()
    {
        using var bench = new ToolBench(options => options with { WorkingDir = Path.GetDirectoryName(options.Home)! });
        await ToolBench.RequireSandboxAsync(bench);
        Plant(bench);

        var result = await bench.ShellAsync(Filled("ls {home}; cat {home}/credentials {person}/.ssh/id_ed25519; touch {home}/x; echo done", bench));

        result.Stdout.ShouldBe("done\n");
        File.Exists(Path.Combine(bench.Home, "x")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("mv a b; cat b/c/home/credentials b/person/.ssh/id_ed25519")]
    [InlineData("cd a; mv c ../d; mv person ../p; cat ../d/home/credentials ../p/.ssh/id_ed25519")]
    [InlineData("mv a/person/.ssh x; mv a/c/home y; cat x/id_ed25519 y/credentials")]
    public async Task Shell_RenamesAFolderAboveAHiddenPlace_UncoversNothing(string command)
    {
        using var bench = new ToolBench(options => Deep(options));
        await ToolBench.RequireSandboxAsync(bench);

        var result = await bench.ShellAsync(command);
        var later = await bench.ShellAsync("grep -rs s3cret . ; ls -d a/c/home; echo done");

        (result.Stdout + result.Stderr + later.Stdout).ShouldNotContain("s3cret-that");
        later.Stdout.ShouldBe("a/c/home\ndone\n");
    }

    [Fact]
    public async Task Tools_FolderAboveAHiddenPlaceWasRenamedByOthers_StillHideIt()
    {
        using var bench = new ToolBench(options => Deep(options));
        await ToolBench.RequireSandboxAsync(bench);
        Directory.Move(Path.Combine(bench.Options.WorkingDir, "a"), Path.Combine(bench.Options.WorkingDir, "b"));

        foreach (var path in new[] { "b/c/home/credentials", "b/person/.ssh/id_ed25519" })
        {
            (await bench.ErrorAsync("file_read", new { path })).ShouldContain("keys or Muster's own state");
        }

        (await bench.ShellAsync("grep -rs s3cret .; ls b/c/home; echo done")).Stdout.ShouldBe("done\n");
    }

    [Fact]
    public async Task Shell_ItsListOfUsers_IsForTheNodeOnly()
    {
        using var bench = new ToolBench();
        await ToolBench.RequireSandboxAsync(bench);

        (await bench.ShellAsync("cat /etc/passwd")).Stdout.ShouldContain("nobody");

        File.GetUnixFileMode(Path.Combine(bench.Home, "sandbox")).ToString().ShouldNotContain("Other");
        File.GetUnixFileMode(Path.Combine(bench.Home, "sandbox/passwd")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Shell_WorkingFolderInsideHome_SeesOnlyThatFolder()
    {
        using var bench = new ToolBench(options => options with { WorkingDir = Path.Combine(options.Home, "work") });
        await ToolBench.RequireSandboxAsync(bench);
        Plant(bench);

        var result = await bench.ShellAsync("touch here; ls; ls ..");

        result.Stdout.ShouldBe("here\nwork\n");
    }

    [Fact]
    public async Task Shell_Environment_IsClean()
    {
        using var bench = new ToolBench(options => options with { Environment = ["MUSTER_TEST_SHARED"] });
        await ToolBench.RequireSandboxAsync(bench);
        Environment.SetEnvironmentVariable("MUSTER_TEST_SHARED", "shared");
        Environment.SetEnvironmentVariable("MUSTER_TEST_HIDDEN", "hidden");

        var names = (await bench.ShellAsync("env")).Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        names.ShouldContain("MUSTER_TEST_SHARED=shared");
        names.ShouldContain($"HOME={bench.Work}");
        names.Select(line => line.Split('=')[0]).ShouldBeSubsetOf(
            ["PATH", "HOME", "LANG", "TERM", "MUSTER_TEST_SHARED", "PWD", "OLDPWD", "SHLVL", "_"]);
    }

    [Theory]
    [InlineData("echo x > /usr/muster-test")]
    [InlineData("echo x > /etc/muster-test")]
    [InlineData("echo x > /muster-test")]
    [InlineData("P=$(cat /proc/sys/kernel/hostname); echo \"$P\" > /proc/sys/kernel/hostname")]
    [InlineData("P=$(cat /proc/sys/kernel/core_pattern); echo \"$P\" > /proc/sys/kernel/core_pattern")]
    [InlineData("cat /etc/shadow")]
    [InlineData("ls /root/.ssh /home/* /etc/ssh /var/lib /run/docker.sock")]
    [InlineData("mount -t tmpfs none /mnt")]
    [InlineData("mknod disk b 8 0")]
    [InlineData("ls /dev/sda /dev/vda /dev/mem /dev/kmsg")]
    [InlineData("umount /proc")]
    public async Task Shell_LeavesItsPlace_Fails(string command)
    {
        using var bench = new ToolBench();
        await ToolBench.RequireSandboxAsync(bench);

        (await bench.ShellAsync(command)).ExitCode.ShouldNotBe(0);
    }

    [Fact]
    public async Task Shell_OrdinaryWork_Succeeds()
    {
        using var bench = new ToolBench();
        await ToolBench.RequireSandboxAsync(bench);

        var result = await bench.ShellAsync(
            "set -e; mkdir -p a/b; echo hi > a/b/c; cat a/b/c; echo t > /tmp/t; cat /tmp/t; id -un >/dev/null; cat <(echo pipe); git init -q repo; git -C repo status --short; ls /proc/self/fd | wc -l");

        result.ExitCode.ShouldBe(0, result.Stderr);
        result.Stdout.ShouldStartWith("hi\nt\npipe\n");
        File.ReadAllText(Path.Combine(bench.Work, "a/b/c")).ShouldBe("hi\n");
    }

    [Fact]
    public async Task Shell_ProcessList_ShowsOnlyItsOwn()
    {
        using var bench = new ToolBench();
        await ToolBench.RequireSandboxAsync(bench);

        (await bench.ShellAsync("ls -d /proc/[0-9]* | wc -l")).Stdout.Trim().ShouldBeOneOf("3", "4", "5");
    }

    [Fact]
    public async Task Shell_NetworkOff_HasOnlyALoopback()
    {
        using var bench = new ToolBench(options => options with { Network = false });
        await ToolBench.RequireSandboxAsync(bench);

        (await bench.ShellAsync("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '")).Stdout.ShouldBe("lo\n");
    }

    [Fact]
    public void Plan_UserOption_AppearsInside()
    {
        using var bench = new ToolBench();
        var arguments = new ProcessSandbox("bwrap", Options(bench) with { User = 1234 }).Plan(["true"], bench.Work).Arguments;

        string.Join(' ', arguments).ShouldContain("--unshare-user --unshare-pid");
        string.Join(' ', arguments).ShouldContain("--uid 1234 --gid 1234");
    }

    [Theory]
    [InlineData(null, "is not installed", "apt install bubblewrap")]
    [InlineData("echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1", "Permission denied", "user namespaces")]
    [InlineData("echo 'bwrap: Unknown option' >&2; exit 1", "Unknown option", "Repair it")]
    public async Task Shell_NoWorkingBubblewrap_RefusesAndSaysHowToAllow(string? fake, string reason, string cure)
    {
        using var bench = new ToolBench();
        var program = Path.Combine(bench.Base, "bwrap");
        if (fake is not null)
        {
            Script(program, fake);
        }

        var check = new SandboxCheck(Options(bench), TimeProvider.System) { Only = program };
        var launcher = new ShellLauncher(ShellIsolation.Process, Options(bench), check);

        var message = (await Should.ThrowAsync<ToolException>(() => launcher.PlanAsync("true", bench.Work))).Message;

        message.ShouldContain(reason);
        message.ShouldContain(cure);
        message.ShouldContain("tools.shell.isolation: host");
        (await check.GetAsync()).Works.ShouldBeFalse();
    }

    [Fact]
    public async Task Check_ThatFailed_IsTriedAgainAfterAWhileAndASuccessIsKept()
    {
        using var bench = new ToolBench();
        var program = Path.Combine(bench.Base, "bwrap");
        var time = new FakeTime();
        var check = new SandboxCheck(Options(bench), time) { Only = program };
        (await check.GetAsync()).Sentence.ShouldContain("is not installed");

        Script(program, "exit 0");
        (await check.GetAsync()).Works.ShouldBeFalse("it is not tried again for each command");
        time.Advance(TimeSpan.FromSeconds(10));
        (await check.GetAsync()).Works.ShouldBeTrue();

        File.Delete(program);
        time.Advance(TimeSpan.FromHours(1));
        (await check.GetAsync()).Works.ShouldBeTrue();
    }

    [Fact]
    public async Task Check_OfABubblewrapThatDoesNotEnd_SaysThatTheMachineIsBusyOrItHangs()
    {
        using var bench = new ToolBench();
        var program = Path.Combine(bench.Base, "bwrap");
        Script(program, $"echo > {bench.Base}/started; sleep 60");
        var time = new FakeTime();
        var check = new SandboxCheck(Options(bench), time) { Only = program };

        var asking = check.GetAsync();
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(bench.Base, "started")), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(5));
                return asking.IsCompleted;
            },
            TestContext.Current.CancellationToken);

        var status = await asking;
        status.Works.ShouldBeFalse();
        status.Sentence.ShouldBe($"Commands cannot be sandboxed at the moment: {program} did not end within 5 s. The machine may be busy: try again in a while. If it stays so, run `{program} --ro-bind / / true` to see why.");
    }

    [Fact]
    public void Shell_SwitchedOff_IsNotThere()
    {
        using var bench = new ToolBench(options => options with { Isolation = ShellIsolation.Off });

        bench.Tools.ShouldNotContain(tool => tool.Name == "shell");
    }

    private static void Script(string program, string text)
    {
        File.WriteAllText(program, $"#!/bin/sh\n{text}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private static SandboxOptions Options(ToolBench bench) => new() { WorkingDir = bench.Work, Home = bench.Home };

    // Everything below the working folder, two folders deep.
    private static ToolOptions Deep(ToolOptions options)
    {
        var deep = options with { Home = Path.Combine(options.WorkingDir, "a/c/home"), UserHome = Path.Combine(options.WorkingDir, "a/person") };
        Directory.CreateDirectory(deep.Home);
        Directory.CreateDirectory(Path.Combine(deep.UserHome, ".ssh"));
        File.WriteAllText(Path.Combine(deep.Home, "credentials"), Secret);
        File.WriteAllText(Path.Combine(deep.UserHome, ".ssh/id_ed25519"), Secret);
        return deep;
    }

    private static void Plant(ToolBench bench)
    {
        File.WriteAllText(Path.Combine(bench.Home, "credentials"), Secret);
        var keys = Directory.CreateDirectory(Path.Combine(bench.Options.UserHome, ".ssh"));
        File.WriteAllText(Path.Combine(keys.FullName, "id_ed25519"), Secret);
    }

    private static string Filled(string command, ToolBench bench) => command
        .Replace("{home}", bench.Home, StringComparison.Ordinal)
        .Replace("{person}", bench.Options.UserHome, StringComparison.Ordinal)
        .Replace("{base}", bench.Base, StringComparison.Ordinal);
}
