using System.Collections.Concurrent;

namespace Muster.Hub.Accounts;

/// <summary>
/// Who bearers were found to be, for a second: a program that calls often is not looked up each time. A change of its user ends it at
/// once; whoever revokes a key calls <see cref="Forget"/>, and another hub notices within the second.
/// </summary>
internal sealed class KnownCallers(People people, TimeProvider time)
{
    private const int Most = 10_000;
    private static readonly TimeSpan _life = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    private long _version;

    /// <summary>Goes up when something was taken away: whoever was looked up before that has to be looked up again.</summary>
    public long Version => Interlocked.Read(ref _version);

    public SignedIn? Find(string token) =>
        _entries.TryGetValue(token, out var entry) && time.GetElapsedTime(entry.At) < _life && ReferenceEquals(entry.Row, people.Get(entry.Caller.User.ToString()))
            ? entry.Caller
            : null;

    /// <param name="version">Of before the look-up.</param>
    public void Add(string token, SignedIn caller, long version)
    {
        var row = people.Get(caller.User.ToString());
        if (row is not null && (row.Disabled || row.As(caller.Scopes, caller.ByCookie) with { Key = caller.Key, Budgeted = caller.Budgeted, SignIn = caller.SignIn } != caller))
        {
            return; // the user was changed while the credential was looked up
        }

        if (_entries.Count >= Most)
        {
            _entries.Clear();
        }

        _entries[token] = new Entry(caller, row, time.GetTimestamp());
        if (version != Version)
        {
            _entries.TryRemove(token, out _);
        }
    }

    /// <summary>Call after the commit that took a credential of this user away.</summary>
    public void Forget(string userId)
    {
        Interlocked.Increment(ref _version);
        foreach (var (token, _) in _entries.Where(entry => entry.Value.Caller.User.ToString() == userId))
        {
            _entries.TryRemove(token, out _);
        }
    }

    /// <param name="Row">The user as of then, by which a change is noticed.</param>
    private sealed record Entry(SignedIn Caller, UserRow? Row, long At);
}
