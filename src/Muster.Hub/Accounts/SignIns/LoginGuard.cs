using System.Collections.Concurrent;

namespace Muster.Hub.Accounts.SignIns;

/// <summary>
/// Slows down guessing: after a number of failures the next try has to wait 1 s, then 2, 4 … up to 15 minutes. A name has five from one
/// address, an address twenty for all names, and a name a hundred from all addresses that its user never signed in from: nobody can
/// keep a user out of where the user usually is. Failures are forgotten an hour after the last one.
/// </summary>
internal sealed class LoginGuard(TimeProvider time)
{
    public const int MostEntries = 10_000;
    private const int FreeByPair = 5;
    private const int FreeByAddress = 20;
    private const int FreeByName = 100;
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan _memory = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<string, Failures> _failures = new(StringComparer.Ordinal);

    public int Entries => _failures.Count;

    /// <summary>How long this one has to wait, or null.</summary>
    /// <param name="known">The user of this name has signed in from this address.</param>
    public TimeSpan? MustWait(string name, string address, bool known = false)
    {
        var now = time.GetUtcNow();
        var until = Keys(name, address).Where(key => !(known && key.ByName)).Max(key => _failures.TryGetValue(key.Text, out var failures) ? failures.Until : now);
        return until > now ? until - now : null;
    }

    public void Failed(string name, string address)
    {
        var now = time.GetUtcNow();
        foreach (var (key, free, _) in Keys(name, address))
        {
            _failures.AddOrUpdate(key, _ => new Failures(1, now, now), (_, before) => before.Another(now, free));
        }

        if (_failures.Count > MostEntries)
        {
            Trim(now);
        }
    }

    /// <summary>The address keeps its count for other names: one good account does not buy guesses at those of others.</summary>
    public void Succeeded(string name, string address) => _failures.TryRemove(Keys(name, address)[0].Text, out _);

    /// <summary>What was forgotten anyway goes first, then what has gone longest without a failure, down to three quarters.</summary>
    private void Trim(DateTimeOffset now)
    {
        var oldest = _failures.OrderBy(entry => entry.Value.Last).ToList();
        var goal = oldest.Count - (MostEntries * 3 / 4);
        foreach (var (key, _) in oldest.Where((entry, index) => index < goal || entry.Value.Last < now - _memory))
        {
            _failures.TryRemove(key, out _);
        }
    }

    /// <summary>Names are hashed, since whoever asks chooses them, of any length.</summary>
    private static (string Text, int Free, bool ByName)[] Keys(string name, string address)
    {
        var (who, where) = (Secrets.Hash(name.Trim().ToLowerInvariant()), Networks.Of(address));
        return [($"{where} {who}", FreeByPair, false), (where, FreeByAddress, false), (who, FreeByName, true)];
    }

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
