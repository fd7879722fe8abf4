using System.Runtime.InteropServices;

namespace Muster.Node.Sandbox.Tasks.Seccomp;

/// <summary>The filter of system calls that every sandboxed task runs under.</summary>
internal static class TaskFilter
{
    public const uint NotPermitted = 1;
    public const uint NotThere = 38;
    public const uint NoSuchFamily = 97;

    // Mount, cgroup, uts, ipc, user, pid and network namespaces.
    public const uint NewNamespaces = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000;

    // They put characters into a terminal's input, as if a person had typed them.
    public const uint TypeIntoTerminal = 0x5412;
    public const uint VirtualConsole = 0x541c;

    /// <summary>Of sockets: Unix, IPv4, IPv6 and netlink. Others reach past the network namespace (vsock) or are seldom looked at by anyone.</summary>
    public static IReadOnlyList<uint> Families { get; } = [1, 2, 10, 16];

    private const uint X32Numbers = 0x40000000;

    public static byte[] ForThisMachine { get; } = For(RuntimeInformation.ProcessArchitecture);

    public static byte[] For(Architecture architecture) => architecture switch
    {
        Architecture.X64 => Build(0xc000003e, call => call.X64, clone: 56, clone3: 435, ioctl: 16, socket: 41, personality: 135)
            .ToBytes(),
        Architecture.Arm64 => Build(0xc00000b7, call => call.Arm64, clone: 220, clone3: 435, ioctl: 29, socket: 198, personality: 92)
            .ToBytes(),
        _ => [],
    };

    private static BpfProgram Build(
        uint architecture, Func<SystemCall, uint?> number, uint clone, uint clone3, uint ioctl, uint socket, uint personality)
    {
        // Another architecture has other numbers: 32-bit programs do not run.
        var program = new BpfProgram().LoadArchitecture().ReturnUnless(architecture, BpfProgram.KillProcess)
            .LoadNumber().ReturnIfAtLeast(X32Numbers, BpfProgram.KillProcess);
        foreach (var call in DeniedCalls.All)
        {
            if (number(call) is { } known)
            {
                program.ReturnIf(known, BpfProgram.Fail(NotPermitted));
            }
        }

        return program
            .When(clone, rest => rest.LoadArgument(0).ReturnIfAnyBit(NewNamespaces, BpfProgram.Fail(NotPermitted)).Return(BpfProgram.Allow))
            // Its flags lie in memory, where a filter cannot look. C libraries then use clone.
            .ReturnIf(clone3, BpfProgram.Fail(NotThere))
            .When(ioctl, rest => rest.LoadArgument(1)
                .ReturnIf(TypeIntoTerminal, BpfProgram.Fail(NotPermitted))
                .ReturnIf(VirtualConsole, BpfProgram.Fail(NotPermitted))
                .Return(BpfProgram.Allow))
            .When(socket, rest => Families.Aggregate(rest.LoadArgument(0), (part, family) => part.ReturnIf(family, BpfProgram.Allow))
                .Return(BpfProgram.Fail(NoSuchFamily)))
            // 0 and asking for the present one; the others switch protections off.
            .When(personality, rest => rest.LoadArgument(0)
                .ReturnIf(0, BpfProgram.Allow).ReturnIf(uint.MaxValue, BpfProgram.Allow)
                .Return(BpfProgram.Fail(NotPermitted)))
            .Return(BpfProgram.Allow);
    }
}
