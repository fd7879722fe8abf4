using Muster.Hub.Api;

namespace Muster.Hub.Artifacts.Files;

/// <summary>How many bytes artifacts take, and whether more may come.</summary>
internal sealed class DiskBudget(ArtifactOptions options, string folder)
{
    private const long LookEvery = 16L << 20;
    private long _used;
    private long _sinceLook;

    public long Used => Interlocked.Read(ref _used);

    public void Set(long used) => Interlocked.Exchange(ref _used, used);

    public void Give(long bytes) => Interlocked.Add(ref _used, -bytes);

    /// <summary>Takes room for bytes that are about to be written.</summary>
    /// <exception cref="ApiException">507: there is none.</exception>
    public void Take(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) > options.Quota)
        {
            Give(bytes);
            throw OverQuota();
        }

        if (Interlocked.Add(ref _sinceLook, bytes) >= LookEvery)
        {
            Interlocked.Exchange(ref _sinceLook, 0);
            CheckDisk(0, given: bytes);
        }
    }

    /// <summary>Whether so much could come now; nothing is set aside for it.</summary>
    /// <exception cref="ApiException">507: it could not.</exception>
    public void Check(long bytes)
    {
        if (Used + bytes > options.Quota)
        {
            throw OverQuota();
        }

        CheckDisk(bytes, given: 0);
    }

    public static ApiException DiskFull(IOException inner) => Full($"The disk of the hub is full ({inner.Message.TrimEnd('.')}): its owner must free some space.");

    private void CheckDisk(long bytes, long given)
    {
        if (options.KeepFree > 0 && new DriveInfo(folder).AvailableFreeSpace - bytes < options.KeepFree)
        {
            Give(given);
            throw Full($"The disk of the hub is nearly full, and {Size(options.KeepFree)} of it are kept free (artifacts.keep_free): its owner must free some space.");
        }
    }

    private ApiException OverQuota() => Full(
        $"The hub has no room for it: artifacts take {Size(Used)} of {Size(options.Quota)} (artifacts.quota). What no job refers to goes after a day; the hub's owner can raise the limit.");

    private static ApiException Full(string sentence) => new(507, "storage_full", sentence);

    public static string Size(long bytes) => bytes switch
    {
        >= 1L << 30 => $"{bytes / (double)(1L << 30):0.#} GiB",
        >= 1L << 20 => $"{bytes / (double)(1L << 20):0.#} MiB",
        _ => $"{bytes} bytes",
    };
}
