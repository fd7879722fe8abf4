using System.Collections.Concurrent;

namespace Muster.Hub.Accounts;

/// <summary>A bucket per key that fills steadily: <paramref name="burst"/> at once, then <paramref name="perSecond"/>.</summary>
internal sealed class RateLimit(double burst, double perSecond, TimeProvider time)
{
    private const int MostKeys = 20_000;
    private readonly ConcurrentDictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);

    /// <summary>Null when allowed, else how long to wait.</summary>
    public TimeSpan? Take(string key)
    {
        if (_buckets.Count > MostKeys)
        {
            Forget();
        }

        var bucket = _buckets.GetOrAdd(key, _ => new Bucket(burst, time.GetTimestamp()));
        lock (bucket)
        {
            var now = time.GetTimestamp();
            bucket.Tokens = Math.Min(burst, bucket.Tokens + (time.GetElapsedTime(bucket.At, now).TotalSeconds * perSecond));
            bucket.At = now;
            if (bucket.Tokens < 1)
            {
                return TimeSpan.FromSeconds((1 - bucket.Tokens) / perSecond);
            }

            bucket.Tokens--;
            return null;
        }
    }

    /// <summary>Those that are full again say nothing; when that does not help, all of them go.</summary>
    private void Forget()
    {
        var full = TimeSpan.FromSeconds(burst / perSecond);
        foreach (var (key, bucket) in _buckets.Where(entry => time.GetElapsedTime(entry.Value.At) > full))
        {
            _buckets.TryRemove(new(key, bucket));
        }

        if (_buckets.Count > MostKeys)
        {
            _buckets.Clear();
        }
    }

    private sealed class Bucket(double tokens, long at)
    {
        public double Tokens { get; set; } = tokens;

        public long At { get; set; } = at;
    }
}
