using Microsoft.Win32.SafeHandles;

namespace Muster.Protocol.Transfers;

/// <summary>The file end of a transfer.</summary>
public static class FileTransfer
{
    /// <summary>Hashes what is in a file from where the hash is, up to a place.</summary>
    public static async Task HashAsync(SafeFileHandle file, StreamHash hash, long upTo, CancellationToken cancel)
    {
        var at = hash.Count;
        await Pump.RunAsync(Reader(file, at), (_, _) => default, hash, at, upTo - at, cancel);
    }

    /// <summary>Reads from a place on.</summary>
    public static PumpSource Reader(SafeFileHandle file, long at) => async (buffer, cancel) =>
    {
        var count = await RandomAccess.ReadAsync(file, buffer, at, cancel);
        at += count;
        return count;
    };

    /// <summary>Writes from a place on.</summary>
    public static PumpTarget Writer(SafeFileHandle file, long at) => async (bytes, cancel) =>
    {
        await RandomAccess.WriteAsync(file, bytes, at, cancel);
        at += bytes.Length;
    };

    public static bool IsDiskFull(IOException error) => (error.HResult & 0xffff) is 28 or 112 or 122; // ENOSPC, ERROR_DISK_FULL, EDQUOT
}
