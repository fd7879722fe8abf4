using Muster.Client.Accounts;

namespace Muster.Cli.State;

/// <summary>Tokens of a login in a file that several commands share: one renews, the others read what it got.</summary>
internal sealed class LoginFile(string path, StoredCredential login, TimeProvider time) : ITokenStore
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(50);
    private StoredCredential _login = login;

    public Tokens? Current => _login.ToTokens();

    public void Save(Tokens? tokens)
    {
        if (tokens is null)
        {
            File.Delete(path);
            _login = _login with { RefreshToken = null };
            return;
        }

        _login = _login with { Token = tokens.AccessToken, RefreshToken = tokens.RefreshToken, ExpiresAt = tokens.ExpiresAt };
        _login.Write(path);
    }

    public async Task<Tokens> ExchangeAsync(Tokens seen, Func<Tokens, Task<Tokens>> refresh, CancellationToken cancellationToken)
    {
        using var exclusive = await LockAsync(cancellationToken);
        if (StoredCredential.Read(path) is { } stored && stored.ToTokens() is { } newer && newer != seen)
        {
            _login = stored;
            return newer;
        }

        var tokens = await refresh(seen);
        Save(tokens);
        return tokens;
    }

    private async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (time.GetElapsedTime(started) < TimeSpan.FromSeconds(30))
            {
                await Task.Delay(_poll, time, cancellationToken);
            }
        }
    }
}
