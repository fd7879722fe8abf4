using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Muster.Protocol.Archives.Folders;

/// <summary>Calls of Linux that .NET does not offer: files by the handle of their folder. Numbers are those of x64 and arm64.</summary>
internal static partial class LinuxCalls
{
    public const int WriteOnly = 1;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int PathOnly = 0x200000;
    public const int RemoveFolder = 0x200;
    public const int NoEntry = 2;
    public const int Exists = 17;
    private const int CloseOnExec = 0x80000;
    private const nint CurrentDirectory = -100;
    private const int EmptyPath = 0x1000;
    private const uint TypeAndMode = 0x3;
    private const int StatLength = 256;
    private const int ModeOffset = 28;

    public static bool Supported { get; } = OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    public static int Directory { get; } = Arm ? 0x4000 : 0x10000;

    public static int NoFollow { get; } = Arm ? 0x8000 : 0x20000;

    private static bool Arm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64;

    public static SafeFileHandle OpenRoot(string path)
    {
        using var here = new SafeFileHandle(CurrentDirectory, ownsHandle: false);
        return Open(here, path, PathOnly | Directory) ?? throw Failure(path);
    }

    /// <returns>Null when it cannot be opened; the reason is the last error.</returns>
    public static SafeFileHandle? Open(SafeFileHandle folder, string name, int flags, uint mode = 0)
    {
        var handle = openat(folder, name, flags | CloseOnExec, mode);
        if (!handle.IsInvalid)
        {
            return handle;
        }

        handle.Dispose();
        return null;
    }

    /// <summary>What an open handle is, by the kernel's word.</summary>
    public static ItemKind Kind(SafeFileHandle handle)
    {
        var stat = new byte[StatLength];
        return statx(handle, "", EmptyPath, TypeAndMode, stat) != 0 ? ItemKind.Other : (BitConverter.ToUInt16(stat, ModeOffset) & 0xf000) switch
        {
            0x8000 => ItemKind.File,
            0x4000 => ItemKind.Folder,
            _ => ItemKind.Other,
        };
    }

    /// <summary>The kernel resolves this name to the handle itself, wherever its path leads by now.</summary>
    public static string PathOf(SafeFileHandle handle) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/self/fd/{handle.DangerousGetHandle()}");

    public static IOException Failure(string path) =>
        new($"\"{path}\": {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int mkdirat(SafeFileHandle folder, string name, uint mode);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int unlinkat(SafeFileHandle folder, string name, int flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle openat(SafeFileHandle folder, string name, int flags, uint mode);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int statx(SafeFileHandle folder, string name, int flags, uint mask, byte[] stat);
}
