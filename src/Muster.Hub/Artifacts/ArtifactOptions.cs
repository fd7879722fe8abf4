namespace Muster.Hub.Artifacts;

/// <summary>How much of its disk the hub gives to artifacts.</summary>
public sealed record ArtifactOptions
{
    private const long GiB = 1L << 30;

    /// <summary><c>artifacts.max_size</c>: bytes of one artifact.</summary>
    public long MaxSize { get; init; } = 10 * GiB;

    /// <summary><c>artifacts.quota</c>: bytes of all of them, uploads that are not over included.</summary>
    public long Quota { get; init; } = 50 * GiB;

    /// <summary><c>artifacts.user_quota</c>: bytes of what one user who is no admin may have there, files of their jobs included, before they can upload no more.</summary>
    public long UserQuota { get; init; } = 20 * GiB;

    /// <summary><c>artifacts.keep_free</c>: bytes of the disk that stay free, since the hub's database is on it.</summary>
    public long KeepFree { get; init; } = GiB / 2;

    /// <summary><c>artifacts.upload_kept</c>: how long what a person uploaded, or began to, is kept while no job takes it.</summary>
    public TimeSpan UploadKept { get; init; } = TimeSpan.FromHours(24);

    /// <summary><c>artifacts.sent_kept</c>: how long a file that the assistant sent to a person is kept.</summary>
    public TimeSpan SentKept { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long what a node uploaded for an attempt waits for the attempt's result.</summary>
    public TimeSpan OutputKept { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long what a node uploaded for a copy is kept where the copy did not end, as after a restart of the hub.</summary>
    public TimeSpan CopyKept { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How often what nobody refers to is cleared away.</summary>
    public TimeSpan ClearEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Uploads of one holder that are not over.</summary>
    public int MaxOpenUploads { get; init; } = 100;

    /// <summary>Requests that bring bytes, at once.</summary>
    public int MaxArriving { get; init; } = 64;

    /// <summary>Every mistake, each a sentence that names its key.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (MaxSize < 1 || Quota < MaxSize)
        {
            yield return $"artifacts.max_size is {MaxSize} and artifacts.quota {Quota}: the first must be at least 1 byte, the second at least as much as the first.";
        }

        if (UserQuota < 1)
        {
            yield return $"artifacts.user_quota is {UserQuota}: it must be at least 1 byte.";
        }

        if (KeepFree < 0)
        {
            yield return $"artifacts.keep_free is {KeepFree}: it must be 0 or more.";
        }

        if (SentKept < TimeSpan.FromMinutes(1))
        {
            yield return $"artifacts.sent_kept is {SentKept.TotalSeconds:0} s: it must be at least a minute.";
        }

        if (UploadKept < TimeSpan.FromMinutes(1))
        {
            yield return $"artifacts.upload_kept is {UploadKept.TotalSeconds:0} s: it must be at least a minute.";
        }
    }
}
