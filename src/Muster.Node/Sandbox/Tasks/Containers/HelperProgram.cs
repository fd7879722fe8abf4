using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Muster.Node.Sandbox.Tasks.Containers;

/// <summary>
/// The one program in the helper's image, which needs nothing else in it. Given a path it makes an empty file there and ends well if it
/// could; given none it waits for ever, which keeps a network open. Written out as the processor reads it: a node has no compiler.
/// </summary>
internal static class HelperProgram
{
    public const string Path = "/muster-helper";

    private const ulong Base = 0x400000;
    private const int HeaderSize = 64 + 56;

    private static readonly byte[] _x64 =
    [
        0x48, 0x8B, 0x04, 0x24, // mov rax, [rsp]: how many arguments
        0x83, 0xF8, 0x02, // cmp eax, 2
        0x7C, 0x25, // jl wait
        0x48, 0x8B, 0x7C, 0x24, 0x10, // mov rdi, [rsp+16]: the path
        0xBE, 0x41, 0x00, 0x00, 0x00, // mov esi, O_WRONLY | O_CREAT
        0xBA, 0xA4, 0x01, 0x00, 0x00, // mov edx, 0644
        0xB8, 0x02, 0x00, 0x00, 0x00, // mov eax, open
        0x0F, 0x05, // syscall
        0x31, 0xFF, // xor edi, edi
        0x85, 0xC0, // test eax, eax
        0x79, 0x02, // jns end
        0xFF, 0xC7, // inc edi
        0xB8, 0x3C, 0x00, 0x00, 0x00, // end: mov eax, exit
        0x0F, 0x05, // syscall
        0xB8, 0x22, 0x00, 0x00, 0x00, // wait: mov eax, pause
        0x0F, 0x05, // syscall
        0xEB, 0xF7, // jmp wait
    ];

    private static readonly uint[] _arm64 =
    [
        0xF94003E0, // ldr x0, [sp]: how many arguments
        0xF100081F, // cmp x0, 2
        0x5400014B, // b.lt wait
        0x92800C60, // mov x0, AT_FDCWD
        0xF9400BE1, // ldr x1, [sp, 16]: the path
        0xD2800822, // mov x2, O_WRONLY | O_CREAT
        0xD2803483, // mov x3, 0644
        0xD2800708, // mov x8, openat
        0xD4000001, // svc 0
        0xD37FFC00, // lsr x0, x0, 63
        0xD2800BA8, // mov x8, exit
        0xD4000001, // svc 0
        0xD2800000, // wait: mov x0, 0
        0xD2800001, // mov x1, 0
        0xD2800002, // mov x2, 0
        0xD2800003, // mov x3, 0
        0xD2800928, // mov x8, ppoll
        0xD4000001, // svc 0
        0x17FFFFFA, // b wait
    ];

    /// <returns>The file, or an empty one for a machine that no task is sandboxed on.</returns>
    public static byte[] For(Architecture architecture) => architecture switch
    {
        Architecture.X64 => Executable(_x64, machine: 62),
        Architecture.Arm64 => Executable(MemoryMarshal.AsBytes<uint>(_arm64), machine: 183),
        _ => [],
    };

    // An ELF header and one segment: the whole file, readable and executable.
    private static byte[] Executable(ReadOnlySpan<byte> code, ushort machine)
    {
        var file = new byte[HeaderSize + code.Length];
        ReadOnlySpan<byte> beginning = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        beginning.CopyTo(file);
        Put16(16, 2);
        Put16(18, machine);
        Put32(20, 1);
        Put64(24, Base + HeaderSize);
        Put64(32, 64);
        Put16(52, 64);
        Put16(54, 56);
        Put16(56, 1);
        Put32(64, 1);
        Put32(68, 5);
        Put64(80, Base);
        Put64(88, Base);
        Put64(96, (ulong)file.Length);
        Put64(104, (ulong)file.Length);
        Put64(112, 0x1000);
        code.CopyTo(file.AsSpan(HeaderSize));
        return file;

        void Put16(int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), value);

        void Put32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);

        void Put64(int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(at), value);
    }
}
