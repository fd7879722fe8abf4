using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Muster.Node.Folders;

/// <summary>The few calls of Linux that .NET does not offer. Numbers are those of Linux on x64 and arm64.</summary>
internal static partial class Libc
{
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int Append = 0x400;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int PathOnly = 0x200000;
    public const int NoEntry = 2;
    public const int Exists = 17;
    public const int NotDirectory = 20;
    public const int TooManyLinks = 40;
    public const uint NoReplace = 1;
    public const int RemoveDirectory = 0x200;
    public const int Terminate = 15;
    public const int Kill = 9;

    private const nint CurrentDirectory = -100; // AT_FDCWD: what an absolute path does not use
    private const int EmptyPath = 0x1000;
    private const int NoFollowLink = 0x100;
    private const uint BasicStats = 0x7ff;

    public static bool Supported { get; } = OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    private static bool Arm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64;

    public static int Directory { get; } = Arm ? 0x4000 : 0x10000;

    public static int NoFollow { get; } = Arm ? 0x8000 : 0x20000;

    /// <summary>Null, with the reason in <paramref name="error"/>, when it cannot be opened.</summary>
    public static SafeFileHandle? Open(SafeFileHandle directory, string name, int flags, out int error, uint mode = 0)
    {
        var handle = openat(directory, name, flags | CloseOnExec, mode);
        error = handle.IsInvalid ? Marshal.GetLastPInvokeError() : 0;
        if (!handle.IsInvalid)
        {
            return handle;
        }

        handle.Dispose();
        return null;
    }

    public static SafeFileHandle? OpenRoot(string path, out int error)
    {
        using var here = new SafeFileHandle(CurrentDirectory, ownsHandle: false);
        return Open(here, path, PathOnly | Directory, out error);
    }

    /// <summary>A handle that keeps its file from being mistaken for a later one; gives no access to it.</summary>
    public static SafeFileHandle? OpenPlace(string path)
    {
        using var here = new SafeFileHandle(CurrentDirectory, ownsHandle: false);
        return Open(here, path, PathOnly | NoFollow, out _);
    }

    /// <summary>Where an open file is by now.</summary>
    public static string? PathOf(SafeFileHandle handle) =>
        new FileInfo(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/self/fd/{handle.DangerousGetHandle()}")).LinkTarget;

    public static FileFacts? Facts(string absolutePath)
    {
        using var here = new SafeFileHandle(CurrentDirectory, ownsHandle: false);
        return Facts(here, absolutePath);
    }

    public static FileFacts? Facts(SafeFileHandle handle) =>
        statx(handle, "", EmptyPath | NoFollowLink, BasicStats, out var stat) == 0 ? stat.ToFacts() : null;

    public static FileFacts? Facts(SafeFileHandle directory, string name) =>
        statx(directory, name, NoFollowLink, BasicStats, out var stat) == 0 ? stat.ToFacts() : null;

    public static string? LinkTarget(SafeFileHandle link)
    {
        var buffer = new byte[4096];
        var length = readlinkat(link, "", buffer, (nuint)buffer.Length);
        return length < 0 ? null : System.Text.Encoding.UTF8.GetString(buffer, 0, (int)length);
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int signal);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int renameat(SafeFileHandle from, string oldName, SafeFileHandle to, string newName);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int renameat2(SafeFileHandle from, string oldName, SafeFileHandle to, string newName, uint flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int linkat(SafeFileHandle from, string oldName, SafeFileHandle to, string newName, int flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int unlinkat(SafeFileHandle directory, string name, int flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int mkdirat(SafeFileHandle directory, string name, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fsync(SafeFileHandle handle);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchmod(SafeFileHandle handle, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchown(SafeFileHandle handle, uint user, uint group);

    [LibraryImport("libc")]
    public static partial uint geteuid();

    [LibraryImport("libc")]
    public static partial uint getegid();

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle openat(SafeFileHandle directory, string name, int flags, uint mode);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial nint readlinkat(SafeFileHandle directory, string name, byte[] buffer, nuint size);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int statx(SafeFileHandle directory, string name, int flags, uint mask, out Statx stat);

    /// <summary>struct statx: the same bytes on every architecture, unlike struct stat.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(16)] public uint Links;
        [FieldOffset(20)] public uint User;
        [FieldOffset(24)] public uint Group;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(112)] public long ModifiedSeconds;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;

        public readonly FileFacts ToFacts() => new(
            new FileIdentity(((ulong)DeviceMajor << 32) | DeviceMinor, Inode),
            (Mode & 0xf000) switch
            {
                0x4000 => EntryKind.Directory,
                0x8000 => EntryKind.File,
                0xa000 => EntryKind.Link,
                _ => EntryKind.Other,
            },
            (long)Size,
            DateTimeOffset.FromUnixTimeSeconds(ModifiedSeconds),
            (uint)Mode & 0xfff,
            User,
            Group,
            Links);
    }
}

[StructLayout(LayoutKind.Auto)]
internal readonly record struct FileIdentity(ulong Device, ulong Inode);

internal sealed record FileFacts(
    FileIdentity Identity, EntryKind Kind, long Size, DateTimeOffset Modified, uint Mode, uint User, uint Group, uint Links);
