using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Muster.Node.Folders;

namespace Muster.Node.Sandbox.Tasks.Native;

/// <param name="Bytes">What it takes on the disk.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Entry(EntryKind Kind, long Bytes, uint Links);

/// <summary>
/// A folder that is open, and the entries in it by their names as bytes: a task may name a file with what is no text. Links are never
/// followed and no path is walked, so nothing can be swapped for something else under way.
/// </summary>
internal sealed partial class OpenFolder(SafeFileHandle handle) : IDisposable
{
    private const int NoFollowLink = 0x100;
    private const int RemoveFolder = 0x200;
    private const int NameOffset = 19;

    public SafeFileHandle Handle => handle;

    public static OpenFolder Open(string path) => new(Linux.OpenFile(path, Libc.ReadOnly | Libc.Directory));

    public static OpenFolder? TryOpen(string path)
    {
        try
        {
            return Open(path);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Null when it is gone, or no folder.</summary>
    public OpenFolder? Open(byte[] name)
    {
        if (Try(name) is { } folder)
        {
            return folder;
        }

        // Its owner may have taken everybody's right to read it away, to hide what is in it.
        using var place = openat(handle, name, Libc.PathOnly | Libc.Directory | Libc.NoFollow | Libc.CloseOnExec);
        return !place.IsInvalid && chmod($"/proc/self/fd/{place.DangerousGetHandle()}", 0b111_000_000) == 0 ? Try(name) : null;
    }

    /// <summary>With the zero at the end that the kernel wants.</summary>
    public IEnumerable<byte[]> Names()
    {
        var buffer = new byte[32 * 1024];
        _ = lseek(handle, 0, 0);
        for (int length; (length = ReadEntries(buffer)) > 0;)
        {
            for (var at = 0; at < length;)
            {
                var size = BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(at + 16));
                var name = buffer.AsSpan(at + NameOffset, size - NameOffset);
                name = name[..(name.IndexOf((byte)0) + 1)];
                at += size;
                if (!name.SequenceEqual(".\0"u8) && !name.SequenceEqual("..\0"u8))
                {
                    yield return name.ToArray();
                }
            }
        }
    }

    /// <summary>Null when it is gone.</summary>
    public Entry? Look(byte[] name) => statx(handle, name, NoFollowLink, 0x7ff, out var stat) < 0 ? null : new Entry(
        (stat.Mode & 0xf000) switch
        {
            0x4000 => EntryKind.Directory,
            0x8000 => EntryKind.File,
            0xa000 => EntryKind.Link,
            _ => EntryKind.Other,
        },
        (long)stat.Blocks * 512,
        stat.Links);

    public bool Remove(byte[] name, bool folder) => unlinkat(handle, name, folder ? RemoveFolder : 0) == 0;

    public bool Move(byte[] name, OpenFolder to, byte[] newName) => renameat(handle, name, to.Handle, newName) == 0;

    public bool ChangeOwner(byte[] name, uint user) => fchownat(handle, name, user, user, NoFollowLink) == 0;

    public void Dispose() => handle.Dispose();

    private OpenFolder? Try(byte[] name)
    {
        var child = openat(handle, name, Libc.ReadOnly | Libc.Directory | Libc.NoFollow | Libc.CloseOnExec);
        if (!child.IsInvalid)
        {
            return new OpenFolder(child);
        }

        child.Dispose();
        return null;
    }

    private unsafe int ReadEntries(byte[] buffer)
    {
        fixed (byte* start = buffer)
        {
            var number = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 ? 61 : 217;
            return (int)Linux.syscall(number, handle.DangerousGetHandle(), (nint)start, buffer.Length, 0, 0);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long lseek(SafeFileHandle handle, long offset, int from);

    [LibraryImport("libc", SetLastError = true)]
    private static partial SafeFileHandle openat(SafeFileHandle directory, byte[] name, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(SafeFileHandle directory, byte[] name, int flags, uint mask, out Stat stat);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlinkat(SafeFileHandle directory, byte[] name, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int renameat(SafeFileHandle from, byte[] name, SafeFileHandle to, byte[] newName);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchownat(SafeFileHandle directory, byte[] name, uint user, uint group, int flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int chmod(string path, uint mode);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Stat
    {
        [FieldOffset(16)] public uint Links;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(48)] public ulong Blocks;
    }
}
