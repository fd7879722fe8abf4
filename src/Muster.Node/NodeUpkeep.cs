using Muster.Node.Background;
using Muster.Node.Compute;
using Muster.Node.Undo;
using Muster.Storage;

namespace Muster.Node;

/// <summary>Lets go, at the start and every hour, of what this node keeps for a while only: attempts and background tasks that were told long ago, contents that nothing can be taken back with.</summary>
internal sealed class NodeUpkeep(Database database, BackgroundTasks background, UndoJournal undo, TimeProvider time)
{
    private static readonly TimeSpan _every = TimeSpan.FromHours(1);

    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(_every, time);
        try
        {
            do
            {
                await ForgetAsync(cancel);
            }
            while (await timer.WaitForNextTickAsync(cancel));
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // the node stops
        }
    }

    private async Task ForgetAsync(CancellationToken cancel)
    {
        try
        {
            await database.WriteAsync(tx => AttemptStore.Forget(tx, time.GetUtcNow().ToUnixTimeMilliseconds()), cancel);
            await background.ForgetAsync(cancel);
            await undo.SweepAsync(cancel);
        }
        catch (Exception error) when (error is StorageException or IOException or UnauthorizedAccessException)
        {
            // A disk in trouble is told of by what needs it; this is done in an hour.
        }
    }
}
