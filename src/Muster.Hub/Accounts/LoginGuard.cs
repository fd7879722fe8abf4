using System.Collections.Concurrent;

namespace Muster.Hub.Accounts;

/// <summary>
/// Slows down guessing: after five failures the next try, by user or by address, has to wait 1 s, then 2, 4 … up to 15 minutes.
/// Failures are forgotten an hour after the last one.
/// </summary>
internal sealed class LoginGuard(TimeProvider time)
{
    private const int Free = 5;
    private const int MostEntries = 10_000;
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan _memory = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<string, Failures> _failures = new(StringComparer.Ordinal);

    /// <summary>How long these have to wait, or null.</summary>
    public TimeSpan? MustWait(params ReadOnlySpan<string> keys)
    {
        var now = time.GetUtcNow();
        TimeSpan? longest = null;
        foreach (var key in keys)
        {
            if (_failures.TryGetValue(key, out var failures) && failures.Until > now && (longest is null || failures.Until - now > longest))
            {
                longest = failures.Until - now;
            }
        }

        return longest;
    }

    public void Failed(params ReadOnlySpan<string> keys)
    {
        var now = time.GetUtcNow();
        foreach (var key in keys)
        {
            _failures.AddOrUpdate(key, _ => new Failures(1, now, now), (_, before) => before.Another(now));
        }

        if (_failures.Count > MostEntries)
        {
            foreach (var (key, failures) in _failures)
            {
                if (failures.Last < now - _memory)
                {
                    _failures.TryRemove(key, out _);
                }
            }
        }
    }

    public void Succeeded(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            _failures.TryRemove(key, out _);
        }
    }

    private sealed record Failures(int Count, DateTimeOffset Last, DateTimeOffset Until)
    {
        public Failures Another(DateTimeOffset now)
        {
            var count = Last < now - _memory ? 1 : Count + 1;
            var wait = count < Free ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(_longest.TotalSeconds, Math.Pow(2, Math.Min(count - Free, 20))));
            return new Failures(count, now, now + wait);
        }
    }
}
