using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Muster.Hub.Operations;

/// <summary>
/// What the hub does again and again. A round that fails, because the disk is full or by a mistake of Muster's, is in the log and done again at its next
/// time: a part that looks after others never ends the hub.
/// </summary>
internal abstract partial class Rounds(TimeSpan every, TimeProvider time, ILogger logger) : BackgroundService
{
    private bool _failing;

    protected TimeProvider Time => time;

    protected ILogger Logger => logger;

    protected abstract Task RoundAsync(CancellationToken cancel);

    /// <summary>Before the first round, as soon as the hub has started; until it has been done once.</summary>
    protected virtual Task FirstAsync(CancellationToken cancel) => Task.CompletedTask;

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, time);
        try
        {
            var begun = await TryAsync(FirstAsync, stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                begun = begun || await TryAsync(FirstAsync, stoppingToken);
                await TryAsync(RoundAsync, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the hub stops
        }
    }

    private async Task<bool> TryAsync(Func<CancellationToken, Task> round, CancellationToken cancel)
    {
        try
        {
            await round(cancel);
            _failing = false;
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            // A disk may stay full for days: the first failure in a row tells it.
            LogFailed(_failing ? LogLevel.Debug : LogLevel.Error, GetType().Name, error);
            _failing = true;
            return false;
        }
    }

    [LoggerMessage(Message = "A round of {Name} failed and is done again at its next time")]
    private partial void LogFailed(LogLevel level, string name, Exception error);
}
