using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Muster.Node.Sandbox.Tasks.Native;

/// <summary>The calls of Linux that sandboxes need and .NET does not offer, for x64 and arm64.</summary>
internal static partial class Linux
{
    public const int Interrupted = 4;

    private const int CloseOnExec = 0x80000;
    private const int UnixDomain = 1;
    private const int Stream = 1;
    private const uint NewFileMode = 0b110_110_110;

    public static Win32Exception Failure(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        return new Win32Exception(error, $"{what}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    public static void Check(long result, string what)
    {
        if (result < 0)
        {
            throw Failure(what);
        }
    }

    /// <summary>Neither end reaches a child by itself.</summary>
    public static unsafe (SafeFileHandle Read, SafeFileHandle Write) Pipe()
    {
        var ends = stackalloc int[2];
        Check(pipe2(ends, CloseOnExec), "pipe2");
        return (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    public static unsafe (SafeFileHandle Ours, SafeFileHandle Theirs) SocketPair()
    {
        var ends = stackalloc int[2];
        Check(socketpair(UnixDomain, Stream | CloseOnExec, 0, ends), "socketpair");
        return (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    public static void EndWriting(SafeFileHandle socket) => Check(shutdown(socket, 1), "shutdown");

    /// <summary>A file in memory, to be read from its start by one child.</summary>
    public static SafeFileHandle FileInMemory(string name, ReadOnlySpan<byte> content)
    {
        var handle = memfd_create(name, 1);
        if (handle.IsInvalid)
        {
            throw Failure("memfd_create");
        }

        RandomAccess.Write(handle, content, 0);
        return handle;
    }

    /// <returns>0 at the end; -1 when nothing is there yet or the other end broke.</returns>
    public static unsafe int Read(SafeFileHandle handle, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            nint count;
            do
            {
                count = read(handle, start, (nuint)buffer.Length);
            }
            while (count < 0 && Marshal.GetLastPInvokeError() == Interrupted);

            return (int)count;
        }
    }

    public static unsafe void Write(SafeFileHandle handle, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            fixed (byte* start = bytes)
            {
                var count = write(handle, start, (nuint)bytes.Length);
                if (count < 0 && Marshal.GetLastPInvokeError() == Interrupted)
                {
                    continue;
                }

                Check(count, "write");
                bytes = bytes[(int)count..];
            }
        }
    }

    /// <summary>What a child got by inheritance: not what its starter happened to hold open as well.</summary>
    public static void KeepHandlesFromChildren()
    {
        foreach (var entry in Directory.EnumerateFiles("/proc/self/fd"))
        {
            if (int.TryParse(Path.GetFileName(entry), out var number) && number > 2)
            {
                _ = fcntl(number, 2, 1);
            }
        }
    }

    public static SafeFileHandle OpenFile(string path, int flags) => TryOpenFile(path, flags, out _) ?? throw Failure(path);

    /// <summary>Null, with the reason in <paramref name="error"/>, when it cannot be opened.</summary>
    public static SafeFileHandle? TryOpenFile(string path, int flags, out int error)
    {
        var handle = open(path, flags | CloseOnExec, NewFileMode);
        error = handle.IsInvalid ? Marshal.GetLastPInvokeError() : 0;
        if (!handle.IsInvalid)
        {
            return handle;
        }

        handle.Dispose();
        Marshal.SetLastPInvokeError(error);
        return null;
    }

    /// <summary>Free blocks and inodes of the file system that a folder is on.</summary>
    public static unsafe (ulong Blocks, ulong Inodes) FreeSpace(SafeFileHandle folder)
    {
        var fields = stackalloc ulong[32];
        Check(fstatfs(folder, fields), "fstatfs");
        return (fields[3], fields[6]);
    }

    public static int ChangeOwner(SafeFileHandle file, uint user) => fchown(file, user, user);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint syscall(nint number, nint a, nint b, nint c, nint d, nint e);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int pipe2(int* ends, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int socketpair(int domain, int type, int protocol, int* ends);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int shutdown(SafeFileHandle socket, int how);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle memfd_create(string name, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint read(SafeFileHandle handle, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint write(SafeFileHandle handle, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int handle, int command, nint argument);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle open(string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int fstatfs(SafeFileHandle handle, ulong* fields);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchown(SafeFileHandle file, uint user, uint group);
}
