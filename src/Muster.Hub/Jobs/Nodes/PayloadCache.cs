using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Store;
using Muster.Storage;

namespace Muster.Hub.Jobs.Nodes;

/// <summary>Inputs of function tasks: of new jobs in memory up to a bound, of others from the store. Used by the pool's loop alone.</summary>
internal sealed class PayloadCache(Database database, JobOptions options)
{
    private readonly Dictionary<long, (IReadOnlyList<ReadOnlyMemory<byte>> Payloads, long Bytes)> _kept = [];
    private (long Job, int First, List<ReadOnlyMemory<byte>> Payloads) _read = (0, 0, []);
    private long _bytes;

    public void Add(long job, IReadOnlyList<ReadOnlyMemory<byte>>? payloads)
    {
        var bytes = payloads?.Sum(payload => (long)payload.Length + 40) ?? 0;
        if (payloads is not null && _bytes + bytes <= options.PayloadBytes)
        {
            _kept[job] = (payloads, bytes);
            _bytes += bytes;
        }
    }

    public void Remove(long job)
    {
        if (_kept.Remove(job, out var gone))
        {
            _bytes -= gone.Bytes;
        }
    }

    public async ValueTask<ReadOnlyMemory<byte>> GetAsync(long job, int task, CancellationToken cancel)
    {
        if (_kept.TryGetValue(job, out var kept))
        {
            return task < kept.Payloads.Count ? kept.Payloads[task] : default;
        }

        var first = task - (task % PayloadRow.Most);
        if (_read.Job != job || _read.First != first)
        {
            _read = (job, first, await database.ReadAsync(tx => PoolStore.Payloads(tx, job, task), cancel));
        }

        return task - first < _read.Payloads.Count ? _read.Payloads[task - first] : default;
    }
}
