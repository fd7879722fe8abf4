using System.Security.Cryptography;
using Muster.Storage;

namespace Muster.Hub.Jobs.Receipts;

/// <summary>The key by which this hub signs receipts; made when the first is asked for, and never another.</summary>
internal sealed class ReceiptKey(Database database) : IDisposable
{
    private readonly SemaphoreSlim _making = new(1, 1);
    private ECDsa? _key;

    public async Task<ECDsa> GetAsync(CancellationToken cancel)
    {
        await _making.WaitAsync(cancel);
        try
        {
            return _key ??= await LoadAsync(cancel);
        }
        finally
        {
            _making.Release();
        }
    }

    public void Dispose()
    {
        _key?.Dispose();
        _making.Dispose();
    }

    private async Task<ECDsa> LoadAsync(CancellationToken cancel)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var secret = await database.WriteAsync(
            tx =>
            {
                tx.Execute("insert into receipt_keys (id, secret) values (1, @secret) on conflict (id) do nothing", new { secret = key.ExportPkcs8PrivateKey() });
                return tx.Query<byte[]>("select secret from receipt_keys where id = 1")[0];
            },
            cancel);
        key.ImportPkcs8PrivateKey(secret, out _);
        return key;
    }
}
