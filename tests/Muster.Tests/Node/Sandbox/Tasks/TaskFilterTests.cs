using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Muster.Node.Sandbox.Tasks.Seccomp;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks;

/// <summary>Runs the filter's instructions as the kernel would, for both architectures.</summary>
public sealed class TaskFilterTests
{
    private const uint Allow = 0x7fff0000;
    private const uint Kill = 0x80000000;
    private const uint NotPermitted = 0x00050001;
    private const uint NotThere = 0x00050026;
    private const uint NoFamily = 0x00050061;

    public static TheoryData<Architecture> Architectures => [Architecture.X64, Architecture.Arm64];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Filter_Calls_AreAllowedRefusedOrFatal(Architecture architecture)
    {
        var x64 = architecture == Architecture.X64;

        Run(architecture, x64 ? 0u : 63).ShouldBe(Allow, "read");
        Run(architecture, x64 ? 59u : 221).ShouldBe(Allow, "execve");
        Run(architecture, 435).ShouldBe(NotThere, "clone3");
        Run(architecture, x64 ? 56u : 220, 0x003d0f00).ShouldBe(Allow, "a thread");
        Run(architecture, x64 ? 56u : 220, 0x11).ShouldBe(Allow, "a fork");
        Run(architecture, x64 ? 16u : 29, 0, 0x5413).ShouldBe(Allow, "the size of a terminal");
        Run(architecture, x64 ? 16u : 29, 0, 0x5412).ShouldBe(NotPermitted, "TIOCSTI");
        Run(architecture, x64 ? 16u : 29, 0, 0xffffffff00005412).ShouldBe(NotPermitted, "TIOCSTI with the upper half set");
        Run(architecture, x64 ? 135u : 92, 0xffffffff).ShouldBe(Allow, "which personality");
        Run(architecture, x64 ? 135u : 92, 0x0040000).ShouldBe(NotPermitted, "no address randomisation");
        Run(architecture, 0x40000000).ShouldBe(Kill, "x32");
        Run(architecture, uint.MaxValue).ShouldBe(Kill, "no number");
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Filter_AnyNewNamespace_IsRefused(Architecture architecture)
    {
        ulong[] namespaces = [0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000];

        foreach (var flag in namespaces)
        {
            Run(architecture, architecture == Architecture.X64 ? 56u : 220, flag | 0x11).ShouldBe(NotPermitted, $"{flag:x}");
        }
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Filter_SocketFamilies_AreTheFourOrdinaryOnes(Architecture architecture)
    {
        for (var family = 0u; family < 64; family++)
        {
            Run(architecture, architecture == Architecture.X64 ? 41u : 198, family)
                .ShouldBe(family is 1 or 2 or 10 or 16 ? Allow : NoFamily, $"family {family}");
        }
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Filter_EveryDeniedCall_IsRefused(Architecture architecture)
    {
        foreach (var call in DeniedCalls.All)
        {
            if ((architecture == Architecture.X64 ? call.X64 : call.Arm64) is { } number)
            {
                Run(architecture, number).ShouldBe(NotPermitted, call.Name);
            }
        }
    }

    [Theory]
    [InlineData(Architecture.X64, 0x40000003u)]
    [InlineData(Architecture.X64, 0xc00000b7u)]
    [InlineData(Architecture.Arm64, 0x40000028u)]
    public void Filter_AnotherArchitecture_IsFatal(Architecture architecture, uint identity) =>
        Interpret(TaskFilter.For(architecture), Data(identity, 0, [])).ShouldBe(Kill);

    [Fact]
    public void Filter_OfAnUnknownMachine_IsNone() => TaskFilter.For(Architecture.RiscV64).ShouldBeEmpty();

    private static uint Run(Architecture architecture, uint number, params ulong[] arguments) =>
        Interpret(TaskFilter.For(architecture), Data(architecture == Architecture.X64 ? 0xc000003e : 0xc00000b7, number, arguments));

    private static byte[] Data(uint architecture, uint number, ulong[] arguments)
    {
        var data = new byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(data, number);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4), architecture);
        for (var i = 0; i < arguments.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(16 + (i * 8)), arguments[i]);
        }

        return data;
    }

    private static uint Interpret(byte[] program, byte[] data)
    {
        var accumulator = 0u;
        for (var at = 0; ;)
        {
            var instruction = program.AsSpan(at++ * 8, 8);
            var value = BinaryPrimitives.ReadUInt32LittleEndian(instruction[4..]);
            switch (BinaryPrimitives.ReadUInt16LittleEndian(instruction))
            {
                case 0x20:
                    accumulator = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan((int)value));
                    break;
                case 0x15:
                    at += instruction[accumulator == value ? 2 : 3];
                    break;
                case 0x35:
                    at += instruction[accumulator >= value ? 2 : 3];
                    break;
                case 0x45:
                    at += instruction[(accumulator & value) != 0 ? 2 : 3];
                    break;
                case 0x06:
                    return value;
                case var unknown:
                    throw new InvalidOperationException($"{unknown:x} is no instruction of the filter.");
            }
        }
    }
}
