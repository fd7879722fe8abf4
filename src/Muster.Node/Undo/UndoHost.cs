using Microsoft.Extensions.Logging;
using Muster.Node.Link;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Undo;

/// <summary>Carries out what the hub orders, one order at a time, and reports. An order that comes again finds nothing left to do.</summary>
internal sealed partial class UndoHost(UndoJournal journal, HubLink link, Database database, ILogger<UndoHost> logger, CancellationToken shutdown)
{
    private Task _working = Task.CompletedTask;

    /// <summary>Completes when no order is being carried out.</summary>
    public Task Working => _working;

    public void Register(FrameHandlers handlers) => handlers.On(Frame.BodyOneofCase.UndoOrder, (tx, frame) => tx.OnCommitted(() => _working = CarryOutAsync(_working, frame.UndoOrder)));

    private async Task CarryOutAsync(Task before, UndoOrder order)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // it has said what went wrong
        await Task.Yield();
        try
        {
            var entries = await database.ReadAsync(
                tx => (order.MessageId.Length > 0 ? order.MessageId : UndoStore.Newest(tx, order.ConversationId)) is { } message
                    ? UndoStore.Of(tx, order.ConversationId, message)
                    : [],
                shutdown);
            if (order.Forget)
            {
                await database.WriteAsync(tx => journal.Remove(tx, entries), shutdown);
                return;
            }

            var report = journal.Report(order, entries);
            var failed = report.Lines.Where(line => line.State == UndoJournal.Failed).Select(line => line.Subject).ToHashSet(StringComparer.Ordinal);
            await database.WriteAsync(
                tx =>
                {
                    if (order.Apply)
                    {
                        // What could not be written now may be another time.
                        journal.Remove(tx, [.. entries.Where(entry => entry.Path is null || !failed.Contains(entry.Path))]);
                    }

                    link.Enqueue(tx, Lane.Control, new Frame { UndoReport = report });
                },
                shutdown);
        }
        catch (StorageException trouble)
        {
            LogNotDone(trouble.Message); // the hub says that this machine did not answer
        }
    }

    [LoggerMessage(LogLevel.Error, "An order to take back changes was not carried out: {Problem}")]
    private partial void LogNotDone(string problem);
}
