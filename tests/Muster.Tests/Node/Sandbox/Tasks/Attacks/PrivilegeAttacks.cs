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

    private const string NotPermitted = "Operation not permitted";

    // Of x64 and of arm64. Arguments are such that the kernel would have said something else.
    private static readonly (string Name, int X64, int Arm64, string Arguments, string Answer)[] _calls =
    [
        ("unshare", 272, 97, "0x10000000", NotPermitted),
        ("unshare network", 272, 97, "0x40000000", NotPermitted),
        ("clone into a user namespace", 56, 220, "0x10000011, 0, 0, 0, 0", NotPermitted),
        ("clone3", 435, 435, "0, 0", "Function not implemented"),
        ("setns", 308, 268, "0, 0", NotPermitted),
        ("mount", 165, 40, "0, 0, 0, 0, 0", NotPermitted),
        ("umount2", 166, 39, "0, 0", NotPermitted),
        ("move_mount", 429, 429, "0, 0, 0, 0, 0", NotPermitted),
        ("open_tree", 428, 428, "0, 0, 0", NotPermitted),
        ("fsopen", 430, 430, "0, 0", NotPermitted),
        ("pivot_root", 155, 41, "0, 0", NotPermitted),
        ("chroot", 161, 51, "b'/'", NotPermitted),
        ("ptrace", 101, 117, "16, 1, 0, 0", NotPermitted),
        ("process_vm_readv", 310, 270, "1, 0, 0, 0, 0, 0", NotPermitted),
        ("bpf", 321, 280, "0, 0, 0", NotPermitted),
        ("perf_event_open", 298, 241, "0, 0, 0, 0, 0", NotPermitted),
        ("userfaultfd", 323, 282, "1", NotPermitted),
        ("keyctl", 250, 219, "0, -4, 1", NotPermitted),
        ("add_key", 248, 217, "b'user', b'x', b'y', 1, -2", NotPermitted),
        ("io_uring_setup", 425, 425, "8, 0", NotPermitted),
        ("init_module", 175, 105, "0, 0, b''", NotPermitted),
        ("kexec_load", 246, 104, "0, 0, 0, 0", NotPermitted),
        ("name_to_handle_at", 303, 264, "0, 0, 0, 0, 0", NotPermitted),
        ("clock_settime", 227, 112, "0, 0", NotPermitted),
        ("settimeofday", 164, 170, "0, 0", NotPermitted),
        ("personality", 135, 92, "0x0040000", NotPermitted),
        ("syslog", 103, 116, "3, 0, 0", NotPermitted),
        ("reboot", 169, 142, "0, 0, 0, 0", NotPermitted),
        ("TIOCSTI", 16, 29, "0, 0x5412, b'x'", NotPermitted),
        ("TIOCSTI with the upper half set", 16, 29, "0, ctypes.c_uint64(0x100005412), b'x'", NotPermitted),
    ];

    [Fact]
    public async Task SystemCalls_OutOfBounds_AreRefused()
    {
        var arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

        var result = await Fixture.PythonAsync(Call + string.Concat(_calls.Select(call => $"call({(arm ? call.Arm64 : call.X64)}, {call.Arguments})\n")));

        var answers = result.Stdout.Split('\n');
        _calls.Select((call, place) => $"{call.Name}: {answers.ElementAtOrDefault(place)}").ShouldBe(_calls.Select(call => $"{call.Name}: {call.Answer}"), result.ToString());
    }

    [Fact]
    public async Task Numbers_OfX32_KillTheProcess()
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "x32 is a part of x64.");

        (await Fixture.PythonAsync($"{Call}call(0x40000000 + 39)")).ExitCode.ShouldBe(128 + 31);
    }

    private static readonly (string Script, string Answer)[] _rights =
    [
        ("cp /usr/bin/id ./own; chmod 6755 own; ./own -u; ./own -G", "65534\n65534\n"),
        ("su -c id root </dev/null >/dev/null 2>&1; echo $?; id -u", "1\n65534\n"),
        ("grep -h CapEff /proc/self/status /proc/1/status | sort -u | cut -f2", "0000000000000000\n"),
        ("grep CapBnd /proc/self/status | cut -f2", "0000000000000000\n"),
        ("grep NoNewPrivs /proc/self/status | cut -f2", "1\n"),
        ("unshare -U true 2>/dev/null; unshare -r true 2>/dev/null && echo nested; echo end", "end\n"),
        ("ls /dev/mem /dev/kmem /dev/kvm /dev/fuse /dev/sda /dev/vda /dev/nvidia0 /dev/kmsg /dev/net/tun /dev/loop0 2>/dev/null; echo end", "end\n"),
        ("mknod n c 1 3 2>/dev/null && echo made; echo end", "end\n"),
        ("bwrap --unshare-all true 2>/dev/null && echo nested; echo end", "end\n"),
        ("setcap cap_net_raw+ep ./x 2>/dev/null && echo set; echo end", "end\n"),
    ];

    [Fact]
    public async Task Rights_BeyondNone_AreNotHad()
    {
        var ended = await EachAsync([.. _rights.Select(right => right.Script)]);

        ended.Select(each => $"{each.Script}: {each.Output}").ShouldBe(_rights.Select(right => $"{right.Script}: {right.Answer}"));
    }

    [Fact]
    public async Task Kernel_ToldSomethingByAFile_DoesNotListen() => (await EachAsync(
    [
        "echo x > /proc/sys/kernel/core_pattern",
        "echo 1 > /proc/sys/kernel/sysrq; echo b > /proc/sysrq-trigger",
        "echo 1 > /proc/sys/vm/drop_caches",
        "echo x > /sys/fs/cgroup/release_agent",
        "echo -1000 > /proc/self/oom_score_adj",
        "echo '0 0 4294967295' > /proc/self/uid_map",
    ])).ShouldAllBe(each => each.ExitCode != 0);
}

[UnsupportedOSPlatform("windows")]
public sealed class ProcessPrivilegeAttacks(ProcessSandboxFixture fixture) : PrivilegeAttacks(fixture), IClassFixture<ProcessSandboxFixture>
{
    [Fact]
    public async Task FirstProcess_ToldSomethingByAFile_DoesNotListen() => (await Fixture.ShellAsync("echo 0 > /proc/1/oom_score_adj")).ExitCode.ShouldNotBe(0);
}
