using System.Security.Cryptography;

namespace Muster.Protocol.Transfers;

/// <summary>When a broken transfer goes on: after a jittered wait that grows, until nothing has moved for longer than the door's patience.</summary>
internal sealed class Persistence(ITransferDoor door)
{
    private const double ShortestMs = 100;
    private const double LongestMs = 5_000;
    private long _since = door.Time.GetTimestamp();
    private int _tries;

    /// <summary>Something moved.</summary>
    public void Progressed() => (_since, _tries) = (door.Time.GetTimestamp(), 0);

    /// <summary>Waits before the next try.</summary>
    /// <exception cref="Exception">The door's own, when it has taken too long.</exception>
    public async Task WaitAsync(TransferBrokenException broken, CancellationToken cancel)
    {
        var full = Math.Min(LongestMs, ShortestMs * Math.Pow(2, Math.Min(_tries++, 16)));
        var wait = broken.RetryAfter ?? TimeSpan.FromMilliseconds((full / 2) + RandomNumberGenerator.GetInt32((int)(full / 2) + 1));
        if (door.Time.GetElapsedTime(_since) + wait > door.Patience)
        {
            throw door.Failure("unreachable", broken.Message, broken);
        }

        await Task.Delay(wait, door.Time, cancel);
    }
}
