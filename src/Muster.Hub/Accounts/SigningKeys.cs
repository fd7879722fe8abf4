using System.Security.Cryptography;
using Muster.Storage;

namespace Muster.Hub.Accounts;

internal sealed record SigningKey(string Kid, byte[] Secret, long CreatedAt);

/// <summary>Keys that sign access tokens: a new one each day, the one before stays good until its tokens have expired.</summary>
internal sealed class SigningKeys(Database database, TimeProvider time)
{
    private static readonly long _rotation = (long)TimeSpan.FromDays(1).TotalMilliseconds;
    private volatile List<SigningKey> _keys = [];

    public SigningKey? Find(string kid) => _keys.FirstOrDefault(key => key.Kid == kid);

    public async ValueTask<SigningKey> CurrentAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (_keys.Count == 0 || now - _keys[0].CreatedAt > _rotation)
        {
            await LoadAsync(cancel);
        }

        return _keys[0];
    }

    public async Task LoadAsync(CancellationToken cancel) =>
        _keys = await database.WriteAsync(
            tx =>
            {
                var now = time.GetUtcNow().ToUnixTimeMilliseconds();
                tx.Execute("delete from signing_keys where created_at < @old", new { old = now - (2 * _rotation) });
                if (Keys(tx) is [var newest, ..] && now - newest.CreatedAt <= _rotation)
                {
                    return Keys(tx);
                }

                tx.Execute(
                    "insert into signing_keys (kid, secret, created_at) values (@kid, @secret, @now)",
                    new { kid = Secrets.New()[..12], secret = RandomNumberGenerator.GetBytes(32), now });
                return Keys(tx);
            },
            cancel);

    private static List<SigningKey> Keys(Transaction tx) =>
    [
        .. tx.Query<(string Kid, byte[] Secret, long CreatedAt)>("select kid, secret, created_at from signing_keys order by created_at desc")
            .Select(row => new SigningKey(row.Kid, row.Secret, row.CreatedAt)),
    ];
}
