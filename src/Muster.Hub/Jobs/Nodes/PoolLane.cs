using Muster.Hub.Background;
using Muster.Hub.Fleet;
using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Jobs.Nodes;

/// <summary>What nodes say reliably of the pool's work, in the order in which they said it.</summary>
internal sealed class PoolLane(PoolLoop loop, Database database, BackgroundIntake background)
{
    /// <param name="mark">To be run in the transaction that makes the last of it durable.</param>
    public async Task TakeAsync(NodeSnapshot node, ReadOnlyMemory<byte> key, IReadOnlyList<Frame> frames, Action<Transaction> mark, CancellationToken cancel)
    {
        var said = frames.Where(frame => frame.Results is not null).Select(frame => PoolFrames.Ended(node.Id, key.Span, frame.Results)).ToList();
        var ended = new Queue<AttemptsEnded>(await PoolFiles.CheckAsync(database, said, cancel));
        var commands = new List<PoolCommand>();
        foreach (var frame in frames)
        {
            if (frame.Results is not null)
            {
                commands.Add(ended.Dequeue());
            }
            else if (frame.BackgroundStarted is { } started && await background.ReadAsync(node, started, cancel) is { } adopt)
            {
                commands.Add(adopt);
            }
        }

        if (commands.Count == 0)
        {
            commands.Add(new PoolTick());
        }

        // All at once, or each would take a turn of its own. The mark goes with the last: what is before it is in the same turn, or an earlier one.
        await Task.WhenAll(commands.Select((command, index) => loop.ApplyAsync(command, index == commands.Count - 1 ? mark : null, cancel)).ToList());
    }
}
