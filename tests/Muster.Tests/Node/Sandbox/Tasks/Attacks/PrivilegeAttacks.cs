using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Muster.Node.Sandbox.Tasks;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks.Attacks;

[UnsupportedOSPlatform("windows")]
public abstract class PrivilegeAttacks(SandboxFixture fixture) : SandboxAttack(fixture)
{
    private const string Call =
        "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n" +
        "def call(*a):\n r = libc.syscall(*a)\n print('done' if r >= 0 else os.strerror(ctypes.get_errno()))\n";

    private const string NotPermitted = "Operation not permitted\n";

    // Of x64 and of arm64. Arguments are such that the kernel would have said something else.
    [Theory]
    [InlineData("unshare", 272, 97, "0x10000000", NotPermitted)]
    [InlineData("unshare network", 272, 97, "0x40000000", NotPermitted)]
    [InlineData("clone into a user namespace", 56, 220, "0x10000011, 0, 0, 0, 0", NotPermitted)]
    [InlineData("clone3", 435, 435, "0, 0", "Function not implemented\n")]
    [InlineData("setns", 308, 268, "0, 0", NotPermitted)]
    [InlineData("mount", 165, 40, "0, 0, 0, 0, 0", NotPermitted)]
    [InlineData("umount2", 166, 39, "0, 0", NotPermitted)]
    [InlineData("move_mount", 429, 429, "0, 0, 0, 0, 0", NotPermitted)]
    [InlineData("open_tree", 428, 428, "0, 0, 0", NotPermitted)]
    [InlineData("fsopen", 430, 430, "0, 0", NotPermitted)]
    [InlineData("pivot_root", 155, 41, "0, 0", NotPermitted)]
    [InlineData("chroot", 161, 51, "b'/'", NotPermitted)]
    [InlineData("ptrace", 101, 117, "16, 1, 0, 0", NotPermitted)]
    [InlineData("process_vm_readv", 310, 270, "1, 0, 0, 0, 0, 0", NotPermitted)]
    [InlineData("bpf", 321, 280, "0, 0, 0", NotPermitted)]
    [InlineData("perf_event_open", 298, 241, "0, 0, 0, 0, 0", NotPermitted)]
    [InlineData("userfaultfd", 323, 282, "1", NotPermitted)]
    [InlineData("keyctl", 250, 219, "0, -4, 1", NotPermitted)]
    [InlineData("add_key", 248, 217, "b'user', b'x', b'y', 1, -2", NotPermitted)]
    [InlineData("io_uring_setup", 425, 425, "8, 0", NotPermitted)]
    [InlineData("init_module", 175, 105, "0, 0, b''", NotPermitted)]
    [InlineData("kexec_load", 246, 104, "0, 0, 0, 0", NotPermitted)]
    [InlineData("name_to_handle_at", 303, 264, "0, 0, 0, 0, 0", NotPermitted)]
    [InlineData("clock_settime", 227, 112, "0, 0", NotPermitted)]
    [InlineData("settimeofday", 164, 170, "0, 0", NotPermitted)]
    [InlineData("personality", 135, 92, "0x0040000", NotPermitted)]
    [InlineData("syslog", 103, 116, "3, 0, 0", NotPermitted)]
    [InlineData("reboot", 169, 142, "0, 0, 0, 0", NotPermitted)]
    [InlineData("TIOCSTI", 16, 29, "0, 0x5412, b'x'", NotPermitted)]
    [InlineData("TIOCSTI with the upper half set", 16, 29, "0, ctypes.c_uint64(0x100005412), b'x'", NotPermitted)]
    public async Task SystemCall_OutOfBounds_IsRefused(string name, int x64, int arm64, string arguments, string answer)
    {
        var number = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? arm64 : x64;

        var result = await Fixture.PythonAsync($"{Call}call({number}, {arguments})");

        result.Stdout.ShouldBe(answer, $"{name}: {result}");
    }

    [Fact]
    public async Task Numbers_OfX32_KillTheProcess()
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "x32 is a part of x64.");

        (await Fixture.PythonAsync($"{Call}call(0x40000000 + 39)")).ExitCode.ShouldBe(128 + 31);
    }

    [Theory]
    [InlineData("cp /usr/bin/id ./own; chmod 6755 own; ./own -u; ./own -G", "65534\n65534\n")]
    [InlineData("su -c id root </dev/null >/dev/null 2>&1; echo $?; id -u", null)]
    [InlineData("grep -h CapEff /proc/self/status /proc/1/status | sort -u | cut -f2", "0000000000000000\n")]
    [InlineData("grep CapBnd /proc/self/status | cut -f2", "0000000000000000\n")]
    [InlineData("grep NoNewPrivs /proc/self/status | cut -f2", "1\n")]
    [InlineData("unshare -U true 2>/dev/null; unshare -r true 2>/dev/null && echo nested; echo end", "end\n")]
    [InlineData("ls /dev/mem /dev/kmem /dev/kvm /dev/fuse /dev/sda /dev/vda /dev/nvidia0 /dev/kmsg /dev/net/tun /dev/loop0 2>/dev/null; echo end", "end\n")]
    [InlineData("mknod n c 1 3 2>/dev/null && echo made; echo end", "end\n")]
    [InlineData("bwrap --unshare-all true 2>/dev/null && echo nested; echo end", "end\n")]
    [InlineData("setcap cap_net_raw+ep ./x 2>/dev/null && echo set; echo end", "end\n")]
    public async Task Rights_BeyondNone_AreNotHad(string script, string? answer)
    {
        var result = await Fixture.ShellAsync(script);

        result.End.ShouldBe(SandboxEnd.Exited, result.ToString());
        result.Stdout.ShouldBe(answer ?? "1\n65534\n", result.ToString());
    }

    [Theory]
    [InlineData("echo x > /proc/sys/kernel/core_pattern")]
    [InlineData("echo 1 > /proc/sys/kernel/sysrq; echo b > /proc/sysrq-trigger")]
    [InlineData("echo 1 > /proc/sys/vm/drop_caches")]
    [InlineData("echo x > /sys/fs/cgroup/release_agent")]
    [InlineData("echo -1000 > /proc/self/oom_score_adj")]
    [InlineData("echo '0 0 4294967295' > /proc/self/uid_map")]
    public async Task Kernel_ToldSomethingByAFile_DoesNotListen(string script)
    {
        var result = await Fixture.ShellAsync(script);

        result.ExitCode.ShouldNotBe(0, result.ToString());
    }
}

[UnsupportedOSPlatform("windows")]
public sealed class ProcessPrivilegeAttacks(ProcessSandboxFixture fixture) : PrivilegeAttacks(fixture), IClassFixture<ProcessSandboxFixture>
{
    [Fact]
    public async Task FirstProcess_ToldSomethingByAFile_DoesNotListen() => (await Fixture.ShellAsync("echo 0 > /proc/1/oom_score_adj")).ExitCode.ShouldNotBe(0);
}
