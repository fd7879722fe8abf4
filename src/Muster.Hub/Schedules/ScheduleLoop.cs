using Microsoft.Extensions.Logging;
using Muster.Hub.Chat.Notices;
using Muster.Storage;

namespace Muster.Hub.Schedules;

/// <summary>
/// The one owner of the timing. What is due is read from the database each time, so a hub that was down, a machine that slept and a clock
/// that jumped are no special cases.
/// </summary>
internal sealed partial class ScheduleLoop(Database database, ScheduleFiring firing, ScheduleOptions options, TimeProvider time, ILogger<ScheduleLoop> logger)
{
    private static readonly TimeSpan _afterFailure = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _betweenSweeps = TimeSpan.FromHours(1);

    /// <summary>A clock that goes back by less makes repeating ones wait; by more, and what they counted on was wrong.</summary>
    private static readonly TimeSpan _trustedStep = TimeSpan.FromHours(1);
    private const int MostRemembered = 500;

    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _sweptAt = DateTimeOffset.MinValue;
    private DateTimeOffset _lookedAt = DateTimeOffset.MaxValue;

    /// <summary>A schedule was made or changed: call it once that is stored.</summary>
    public void Wake() => Volatile.Read(ref _changed).TrySetResult();

    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            // Before it looks, so that a change during the look is looked at again.
            var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _changed, changed);
            try
            {
                var idle = await LookAsync(cancel);
                if (idle > TimeSpan.Zero)
                {
                    await changed.Task.WaitAsync(idle, time, cancel);
                }
            }
            catch (TimeoutException)
            {
                // Something is due, or it is time to look at the clock.
            }
            catch (StorageException error)
            {
                LogWaits(error.Message);
                await Task.Delay(_afterFailure, time, cancel);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // Nothing was moved on, so nothing is lost; an end of this loop would silence every schedule.
                LogFailed(error);
                await Task.Delay(_afterFailure, time, cancel);
            }
        }
    }

    /// <returns>How long there is nothing to do.</returns>
    private async Task<TimeSpan> LookAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (now < _lookedAt)
        {
            await database.WriteAsync(tx => TakeBack(tx, now), cancel);
        }

        _lookedAt = now;
        if (now - _sweptAt >= _betweenSweeps || now < _sweptAt)
        {
            _sweptAt = now;
            var before = (now - options.Remembered).ToUnixTimeMilliseconds();
            await database.WriteAsync(
                tx =>
                {
                    ScheduleStore.Forget(tx, before, MostRemembered);
                    Inbox.Forget(tx, before);
                },
                cancel);
        }

        if (await database.ReadAsync(ScheduleStore.NextAt, cancel) is not { } next)
        {
            return options.Look;
        }

        var left = DateTimeOffset.FromUnixTimeMilliseconds(next) - now;
        if (left > TimeSpan.Zero)
        {
            // Timers count whole milliseconds: a rounded down one would find nothing to do.
            return left < options.Look ? TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)) : options.Look;
        }

        await database.WriteAsync(firing.Fire, cancel);
        return TimeSpan.Zero;
    }

    private static void TakeBack(Transaction tx, DateTimeOffset now)
    {
        foreach (var row in ScheduleStore.FromTheFuture(tx, (now + _trustedStep).ToUnixTimeMilliseconds()))
        {
            ScheduleStore.Reset(tx, row.Id, ScheduleRule.First(row, now)?.ToUnixTimeMilliseconds() ?? row.NextAt, now.ToUnixTimeMilliseconds());
        }
    }

    [LoggerMessage(LogLevel.Warning, "Schedules wait: {Why}")]
    private partial void LogWaits(string why);

    [LoggerMessage(LogLevel.Error, "Schedules could not be told, and are tried again")]
    private partial void LogFailed(Exception error);
}
