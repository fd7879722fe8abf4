using System.Buffers;
using System.Runtime.ExceptionServices;

namespace Muster.Protocol.Transfers;

public delegate ValueTask<int> PumpSource(Memory<byte> buffer, CancellationToken cancel);

public delegate ValueTask PumpTarget(ReadOnlyMemory<byte> bytes, CancellationToken cancel);

/// <summary>Moves bytes in constant memory: while one buffer is written and hashed, the other is filled.</summary>
public static class Pump
{
    public const int BufferSize = 256 * 1024;

    /// <summary>Until the source ends, or <paramref name="most"/> bytes have moved. When the source breaks, what it had given is still written.</summary>
    /// <param name="at">Place of the first byte in what is hashed.</param>
    /// <returns>How many bytes were moved.</returns>
    public static async Task<long> RunAsync(PumpSource source, PumpTarget target, StreamHash? hash, long at, long most, CancellationToken cancel)
    {
        var (filling, draining) = (ArrayPool<byte>.Shared.Rent(BufferSize), ArrayPool<byte>.Shared.Rent(BufferSize));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var (moved, busy) = (0L, Task.CompletedTask);
        try
        {
            while (true)
            {
                var (count, ended, failure) = await FillAsync(source, filling.AsMemory(0, (int)Math.Min(BufferSize, most - moved)), stop.Token);
                await busy;
                (filling, draining) = (draining, filling);
                busy = DrainAsync(target, hash, at + moved, draining.AsMemory(0, count), stop, cancel);
                moved += count;
                if (ended || moved == most)
                {
                    await busy;
                    failure?.Throw();
                    return moved;
                }
            }
        }
        finally
        {
            await busy.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // it holds a buffer; its failure was thrown above
            ArrayPool<byte>.Shared.Return(filling);
            ArrayPool<byte>.Shared.Return(draining);
        }
    }

    /// <summary>Full buffers, so that few writes are made of many small pieces.</summary>
    private static async ValueTask<(int Count, bool Ended, ExceptionDispatchInfo? Failure)> FillAsync(PumpSource source, Memory<byte> buffer, CancellationToken cancel)
    {
        var count = 0;
        try
        {
            while (count < buffer.Length)
            {
                if (await source(buffer[count..], cancel) is not (> 0 and var more))
                {
                    return (count, true, null);
                }

                count += more;
            }

            return (count, false, null);
        }
        catch (Exception error)
        {
            return (count, true, ExceptionDispatchInfo.Capture(error));
        }
    }

    private static async Task DrainAsync(
        PumpTarget target, StreamHash? hash, long at, ReadOnlyMemory<byte> bytes, CancellationTokenSource stop, CancellationToken cancel)
    {
        var hashed = hash?.AppendAsync(at, bytes) ?? Task.CompletedTask;
        try
        {
            await target(bytes, cancel);
        }
        catch
        {
            await stop.CancelAsync(); // nobody wants what the source would still give
            throw;
        }
        finally
        {
            await hashed;
        }
    }
}
