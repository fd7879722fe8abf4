using System.Diagnostics.CodeAnalysis;

namespace Muster.Client.Accounts;

/// <summary>What a login gave. The access token lives 15 minutes; the refresh token works once.</summary>
public sealed record Tokens(string AccessToken, string RefreshToken, DateTimeOffset ExpiresAt);

/// <summary>Keeps the tokens of one login: in memory here, in a file in the command line.</summary>
public interface ITokenStore
{
    /// <summary>Null before the first login.</summary>
    Tokens? Current { get; }

    void Save(Tokens? tokens);

    /// <summary>
    /// Replaces <paramref name="seen"/> by what <paramref name="refresh"/> returns, for one caller at a time (across processes when the
    /// store is shared); a caller that comes second gets the first one's result.
    /// </summary>
    Task<Tokens> ExchangeAsync(Tokens seen, Func<Tokens, Task<Tokens>> refresh, CancellationToken cancellationToken);
}

[SuppressMessage("Design", "CA1001", Justification = "Without a wait handle a SemaphoreSlim holds nothing to dispose.")]
internal sealed class MemoryTokenStore : ITokenStore
{
    private readonly SemaphoreSlim _one = new(1);
    private volatile Tokens? _current;

    public Tokens? Current => _current;

    public void Save(Tokens? tokens) => _current = tokens;

    public async Task<Tokens> ExchangeAsync(Tokens seen, Func<Tokens, Task<Tokens>> refresh, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return _current is { } newer && newer != seen ? newer : _current = await refresh(seen);
        }
        finally
        {
            _one.Release();
        }
    }
}
