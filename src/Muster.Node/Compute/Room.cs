using Muster.Protocol.Wire;

namespace Muster.Node.Compute;

/// <summary>
/// The processors and the memory that tasks share on this machine. What does not fit yet waits, in the order in which it came: whatever a hub sends, no more
/// runs at once than the machine's owner gives.
/// </summary>
internal sealed class Room(ComputeOptions options, string node)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiting> _waiting = [];
    private double _cpus;
    private long _memory;

    public double Cpus { get; } = options.Cpus ?? Environment.ProcessorCount;

    public long MemoryBytes { get; } = options.MemoryBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;

    /// <summary>Waits for its turn; whoever has it gives it back by disposing of it.</summary>
    /// <exception cref="AttemptException">It could never fit.</exception>
    public async Task<IDisposable> EnterAsync(Work work, CancellationToken cancel)
    {
        var own = new Waiting(work.Cpu, (long)work.MemoryBytes);
        if (!Fits(own, 0, 0))
        {
            throw new AttemptException($"{node} gives {Cpus:0.##} processors and {MemoryBytes >> 20} MiB to tasks, and this one needs {own.Cpus:0.##} and {own.MemoryBytes >> 20} MiB.", refused: true);
        }

        lock (_gate)
        {
            _waiting.AddLast(own);
            Admit();
        }

        await using var cancelled = cancel.Register(() => Leave(own, cancel));
        await own.Turn.Task;
        return new Place(this, own);
    }

    private void Leave(Waiting own, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_waiting.Remove(own))
            {
                own.Turn.SetCanceled(cancel);
                Admit();
            }
        }
    }

    private void Admit()
    {
        while (_waiting.First is { Value: var next } && Fits(next, _cpus, _memory))
        {
            _waiting.RemoveFirst();
            (_cpus, _memory) = (_cpus + next.Cpus, _memory + next.MemoryBytes);
            next.Turn.SetResult();
        }
    }

    private bool Fits(Waiting one, double cpus, long memory) => cpus + one.Cpus <= Cpus + 1e-9 && memory + one.MemoryBytes <= MemoryBytes;

    private sealed class Waiting(double cpus, long memory)
    {
        public double Cpus => cpus;

        public long MemoryBytes => memory;

        public TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Place(Room room, Waiting own) : IDisposable
    {
        public void Dispose()
        {
            lock (room._gate)
            {
                (room._cpus, room._memory) = (room._cpus - own.Cpus, room._memory - own.MemoryBytes);
                room.Admit();
            }
        }
    }
}
