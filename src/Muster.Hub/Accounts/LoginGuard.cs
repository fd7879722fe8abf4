using System.Collections.Concurrent;

namespace Muster.Hub.Accounts;

/// <summary>
/// Slows down guessing: after a number of failures the next try has to wait 1 s, then 2, 4 … up to 15 minutes. An address has five; a name has a hundred from everywhere, so that a stranger cannot keep its owner out with a few. Failures are forgotten
/// an hour after the last one.
/// </summary>
internal sealed class LoginGuard(TimeProvider time)
{
    private const int FreeByAddress = 5;
    private const int FreeByName = 100;
    private const int MostEntries = 10_000;
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan _memory = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<string, Failures> _failures = new(StringComparer.Ordinal);

    /// <summary>How long this one has to wait, or null.</summary>
    public TimeSpan? MustWait(string name, string address)
    {
        var now = time.GetUtcNow();
        var until = Keys(name, address).Max(key => _failures.TryGetValue(key.Text, out var failures) ? failures.Until : now);
        return until > now ? until - now : null;
    }

    public void Failed(string name, string address)
    {
        var now = time.GetUtcNow();
        foreach (var (key, free) in Keys(name, address))
        {
            _failures.AddOrUpdate(key, _ => new Failures(1, now, now), (_, before) => before.Another(now, free));
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

    public void Succeeded(string name, string address)
    {
        foreach (var (key, _) in Keys(name, address))
        {
            _failures.TryRemove(key, out _);
        }
    }

    private static (string Text, int Free)[] Keys(string name, string address) =>
        [($"address {address}", FreeByAddress), ($"name {name.ToLowerInvariant()}", FreeByName)];

    private sealed record Failures(int Count, DateTimeOffset Last, DateTimeOffset Until)
    {
        public Failures Another(DateTimeOffset now, int free)
        {
            var count = Last < now - _memory ? 1 : Count + 1;
            var wait = count < free ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(_longest.TotalSeconds, Math.Pow(2, Math.Min(count - free, 20))));
            return new Failures(count, now, now + wait);
        }
    }
}
