using Microsoft.Extensions.Logging;
using Muster.Hub.Api;
using Muster.Hub.Chat.Runs;
using Muster.Storage;

namespace Muster.Hub.Chat.Assistant;

/// <summary>One run on the hub while it works: an agent's, or that of a plan. What it does is in the database before it is told.</summary>
internal abstract partial class HubRun(RunRow run, HubRunKit kit, ILogger logger) : IDisposable
{
    private readonly CancellationTokenSource _abort = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RunRow Run => run;

    /// <summary>Completes when it has ended and said so, or the hub goes down.</summary>
    public Task Over => _over.Task;

    /// <summary>A message that comes while it works is handed to it; else it waits for its end.</summary>
    /// <param name="toHub">It is addressed to the hub itself.</param>
    public abstract bool Takes(bool toHub);

    /// <summary>A message is addressed to a part of it, whatever machine it speaks of.</summary>
    public virtual bool IsNamedIn(string text) => false;

    /// <summary>It works itself, and does not only wait for others.</summary>
    public virtual bool NeedsPlace => false;

    /// <summary>A person stopped it.</summary>
    public CancellationToken Aborted => _abort.Token;

    protected HubRunKit Kit => kit;

    protected ILogger Logger => logger;

    public void Abort() => _abort.Cancel();

    public void Dispose()
    {
        _abort.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Never throws for what the run does.</summary>
    public async Task ExecuteAsync(CancellationToken stopping)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stopping, _abort.Token);
        try
        {
            await RunAsync(stopping, both.Token);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // What happened is in the database; the next start goes on from there.
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            await GiveAsync("aborted", "Stopped.", stopping);
        }
        catch (ApiException refused)
        {
            await GiveAsync("failed", refused.Message, stopping);
        }
        catch (Exception failure)
        {
            LogFailed(logger, failure, run.Id);
            await GiveAsync("failed", failure is StorageException ? failure.Message : "The hub failed at this message. Send it again; if it fails again, see the hub's log (muster logs).", stopping);
        }
        finally
        {
            Left();
            _over.TrySetResult();
        }
    }

    public virtual Task SteerAsync(string id, string text, bool interrupt) => Task.CompletedTask;

    /// <param name="stopping">The hub goes down: throw, and leave the rest to the next start.</param>
    /// <param name="abort">That, or a person stops it.</param>
    protected abstract Task RunAsync(CancellationToken stopping, CancellationToken abort);

    /// <summary>It is over, however it ended.</summary>
    protected virtual void Left()
    {
    }

    /// <summary>A run whose end is not stored would hold its conversation for ever.</summary>
    protected Task GiveAsync(string outcome, string sentence, CancellationToken stopping) =>
        kit.Background.UntilStoredAsync(cancel => kit.Database.WriteAsync(tx => kit.Ends.Give(tx, run, outcome, sentence), cancel), stopping);

    [LoggerMessage(LogLevel.Error, "Run {RunId} on the hub failed")]
    private static partial void LogFailed(ILogger logger, Exception failure, string runId);
}
