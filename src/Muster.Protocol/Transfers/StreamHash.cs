using System.Security.Cryptography;

namespace Muster.Protocol.Transfers;

/// <summary>
/// SHA-256 of bytes that come in pieces, worked out on another thread while the caller goes on. Bytes of a place that was hashed
/// already are passed over, so that what is sent a second time after a break counts once.
/// </summary>
public sealed class StreamHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private Task _last = Task.CompletedTask;

    /// <summary>Bytes from the beginning that it has been given.</summary>
    public long Count { get; private set; }

    /// <summary>The bytes must stay as they are until the task is over. One caller at a time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Bytes before these were never given.</exception>
    public Task AppendAsync(long at, ReadOnlyMemory<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(at, Count);
        var known = Count - at;
        if (known >= bytes.Length)
        {
            return _last;
        }

        var (before, fresh) = (_last, bytes[(int)known..]);
        Count += fresh.Length;
        return _last = Task.Run(async () =>
        {
            await before;
            _hash.AppendData(fresh.Span);
        });
    }

    /// <summary>The hash of all that was given; it starts anew.</summary>
    public async ValueTask<ContentHash> FinishAsync()
    {
        await _last;
        Count = 0;
        return ContentHash.Of(_hash.GetHashAndReset());
    }

    public void Dispose() => _hash.Dispose();
}
