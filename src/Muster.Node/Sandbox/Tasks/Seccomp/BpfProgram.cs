using System.Buffers.Binary;

namespace Muster.Node.Sandbox.Tasks.Seccomp;

/// <summary>Assembles classic BPF over <c>struct seccomp_data</c>: number, architecture, instruction pointer, six arguments of 64 bits.</summary>
internal sealed class BpfProgram
{
    public const uint Allow = 0x7fff0000;
    public const uint KillProcess = 0x80000000;

    private const ushort LoadWord = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAtLeast = 0x35;
    private const ushort JumpIfAnyBit = 0x45;
    private const ushort ReturnValue = 0x06;

    private readonly List<(ushort Code, byte True, byte False, uint Value)> _instructions = [];

    public static uint Fail(uint error) => 0x00050000 | error;

    public BpfProgram LoadNumber() => Add(LoadWord, 0, 0, 0);

    public BpfProgram LoadArchitecture() => Add(LoadWord, 0, 0, 4);

    /// <summary>The lower half, which is all that the kernel looks at in flags and commands.</summary>
    public BpfProgram LoadArgument(int index) => Add(LoadWord, 0, 0, (uint)(16 + (index * 8)));

    public BpfProgram Return(uint action) => Add(ReturnValue, 0, 0, action);

    public BpfProgram ReturnIf(uint value, uint action) => Add(JumpIfEqual, 0, 1, value).Return(action);

    public BpfProgram ReturnUnless(uint value, uint action) => Add(JumpIfEqual, 1, 0, value).Return(action);

    public BpfProgram ReturnIfAtLeast(uint value, uint action) => Add(JumpIfAtLeast, 0, 1, value).Return(action);

    public BpfProgram ReturnIfAnyBit(uint bits, uint action) => Add(JumpIfAnyBit, 0, 1, bits).Return(action);

    /// <summary>Runs the rest for one system call only; it must return.</summary>
    public BpfProgram When(uint number, Func<BpfProgram, BpfProgram> rest)
    {
        var part = rest(new BpfProgram())._instructions;
        Add(JumpIfEqual, 0, checked((byte)part.Count), number);
        _instructions.AddRange(part);
        return this;
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[_instructions.Count * 8];
        for (var i = 0; i < _instructions.Count; i++)
        {
            var (code, whenTrue, whenFalse, value) = _instructions[i];
            var at = bytes.AsSpan(i * 8, 8);
            BinaryPrimitives.WriteUInt16LittleEndian(at, code);
            (at[2], at[3]) = (whenTrue, whenFalse);
            BinaryPrimitives.WriteUInt32LittleEndian(at[4..], value);
        }

        return bytes;
    }

    private BpfProgram Add(ushort code, byte whenTrue, byte whenFalse, uint value)
    {
        _instructions.Add((code, whenTrue, whenFalse, value));
        return this;
    }
}
