namespace Muster.Client.Accounts;

/// <summary>Which bearer to send: a fixed one, or that of a login, renewed shortly before it ends.</summary>
internal sealed class Authorization(
    string? credential,
    ITokenStore store,
    TimeProvider time,
    Func<string, CancellationToken, Task<LoginAnswer>> refresh)
{
    private static readonly TimeSpan _early = TimeSpan.FromMinutes(1);

    public async ValueTask<string?> CurrentAsync(CancellationToken cancellationToken)
    {
        if (store.Current is not { } tokens)
        {
            return credential;
        }

        return tokens.ExpiresAt - _early > time.GetUtcNow() ? tokens.AccessToken : (await ExchangeAsync(tokens, cancellationToken)).AccessToken;
    }

    /// <summary>After a 401 with <paramref name="refused"/>: another token to try, or null.</summary>
    public async Task<string?> RenewAsync(string? refused, CancellationToken cancellationToken)
    {
        if (store.Current is not { } tokens)
        {
            return null;
        }

        return tokens.AccessToken == refused ? (await ExchangeAsync(tokens, cancellationToken)).AccessToken : tokens.AccessToken;
    }

    public void Accept(LoginAnswer answer) => store.Save(ToTokens(answer));

    public string? RefreshToken => store.Current?.RefreshToken;

    public void Forget() => store.Save(null);

    private Task<Tokens> ExchangeAsync(Tokens tokens, CancellationToken cancellationToken) =>
        store.ExchangeAsync(tokens, async seen => ToTokens(await refresh(seen.RefreshToken, cancellationToken)), cancellationToken);

    private Tokens ToTokens(LoginAnswer answer) =>
        new(answer.AccessToken ?? "", answer.RefreshToken ?? "", time.GetUtcNow() + TimeSpan.FromSeconds(answer.ExpiresIn ?? 0));
}
