using System.Security.Cryptography;
using Muster.Storage;

namespace Muster.Hub.Accounts;

internal sealed record SigningKey(string Kid, byte[] Secret, long CreatedAt);

/// <summary>Keys that sign access tokens: a new one each day, the one before stays good until its tokens have expired.</summary>
internal sealed class SigningKeys(Database database, TimeProvider time)
{
    public static readonly TimeSpan Rotation = TimeSpan.FromDays(1);

    /// <summary>From when a key was made to when the last token that it signed is over.</summary>
    private static readonly TimeSpan _good = Rotation + AccessTokens.Life + AccessTokens.Skew;
    private volatile List<SigningKey> _keys = [];

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Null for one that is not this hub's, or is over.</summary>
    public SigningKey? Find(string kid) => _keys.FirstOrDefault(key => key.Kid == kid) is { } key && Now - key.CreatedAt < _good.TotalMilliseconds ? key : null;

    public async ValueTask<SigningKey> CurrentAsync(CancellationToken cancel)
    {
        if (_keys.Count == 0 || IsOver(_keys[0]))
        {
            await LoadAsync(cancel);
        }

        return _keys[0];
    }

    public async Task LoadAsync(CancellationToken cancel) =>
        _keys = await database.WriteAsync(
            tx =>
            {
                tx.Execute("delete from signing_keys where created_at < @old", new { old = Now - (long)_good.TotalMilliseconds });
                if (Keys(tx) is [var newest, ..] && !IsOver(newest))
                {
                    return Keys(tx);
                }

                tx.Execute(
                    "insert into signing_keys (kid, secret, created_at) values (@kid, @secret, @now)",
                    new { kid = Secrets.New()[..12], secret = RandomNumberGenerator.GetBytes(32), now = Now });
                return Keys(tx);
            },
            cancel);

    private bool IsOver(SigningKey key) => Now - key.CreatedAt >= Rotation.TotalMilliseconds;

    private static List<SigningKey> Keys(Transaction tx) =>
    [
        .. tx.Query<(string Kid, byte[] Secret, long CreatedAt)>("select kid, secret, created_at from signing_keys order by created_at desc")
            .Select(row => new SigningKey(row.Kid, row.Secret, row.CreatedAt)),
    ];
}
