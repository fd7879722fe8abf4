using System.Security.Cryptography;

namespace Muster.Client.Http;

/// <summary>Whether and when to try again: a lost network and a hub that starts or is busy, within the caller's patience.</summary>
internal sealed class Retry(MusterClientOptions options)
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(5);
    private long _since = options.Time.GetTimestamp();
    private int _tries;

    /// <summary>Something arrived: the next failure starts counting anew.</summary>
    public void Reset()
    {
        _since = options.Time.GetTimestamp();
        _tries = 0;
    }

    /// <summary>How long to wait before the next try; null to give up.</summary>
    public TimeSpan? Next(MusterException failure)
    {
        if (!failure.IsUnreachable && failure.Status != 429 && failure.Code != "not_ready")
        {
            return null;
        }

        var wait = failure.RetryAfter ?? Backoff();
        return options.Time.GetElapsedTime(_since) + wait <= options.Patience ? wait : null;
    }

    private TimeSpan Backoff()
    {
        var full = Math.Min(_longest.TotalMilliseconds, 100 * Math.Pow(2, _tries++));
        return TimeSpan.FromMilliseconds((full / 2) + RandomNumberGenerator.GetInt32((int)(full / 2) + 1));
    }
}
