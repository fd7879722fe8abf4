using Microsoft.Extensions.Logging;
using Muster.Agents.Tools;
using Muster.Node.Artifacts;
using Muster.Protocol.Transfers;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Copies;

/// <summary>One step of a copy on this machine: it works, tells how far it is, and remembers how it ended until nobody asks any more.</summary>
internal sealed partial class CopyStep(CopyOrder order, CopyKit kit, CopyParts parts) : IDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(250);
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _lease = new(Lease(order), kit.Time);
    private volatile CopyReport _report = new() { CopyId = order.CopyId, Step = order.Step, State = CopyWords.Working };
    private long _toldAt = kit.Time.GetTimestamp();

    /// <summary>Completes when nothing of it is left; never faults.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <param name="onGone">Told when it is over and forgotten.</param>
    public void Start(Action onGone) => Completion = Task.Run(async () =>
    {
        await RunAsync(_lease.Token);
        await Task.Delay(Timeout.InfiniteTimeSpan, kit.Time, _lease.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        onGone();
    });

    /// <summary>The hub still wants it, and asks how far it is.</summary>
    public void Renew(CopyOrder again)
    {
        lock (_gate)
        {
            if (_lease.IsCancellationRequested)
            {
                return;
            }

            _lease.CancelAfter(Lease(again));
        }

        kit.Tell(new Frame { CopyReport = _report });
    }

    public void Stop()
    {
        lock (_gate)
        {
            // Elsewhere, as what it ends may dispose of this one. It is asked first: a lease that is over may be disposed of already.
            _ = _lease.IsCancellationRequested ? Task.CompletedTask : _lease.CancelAsync();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _lease.Dispose();
        }
    }

    private static TimeSpan Lease(CopyOrder order) => TimeSpan.FromSeconds(Math.Clamp(order.LeaseSeconds, 1, 3600));

    private async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            Tell(await WorkAsync(cancel));
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // the copy is over, or its hub has not been heard for too long
        }
        catch (Exception failure) when (failure is ToolException or TransferException or UploadSourceException or StorageException or IOException or UnauthorizedAccessException)
        {
            Tell(Failed(failure is ToolException or TransferException or StorageException ? failure.Message : $"\"{order.Path}\": {failure.Message}"));
        }
        catch (Exception failure)
        {
            LogFailed(kit.Logger, failure, order.CopyId);
            Tell(Failed($"It stopped on an internal error: {failure.Message}"));
        }
    }

    private Task<CopyReport> WorkAsync(CancellationToken cancel) => order.Step switch
    {
        CopyWords.Check => CheckAsync(cancel),
        CopyWords.Read => new CopySource(order, kit, Moved).RunAsync(cancel),
        CopyWords.Write => new CopyTarget(order, kit, parts, Moved).RunAsync(cancel),
        _ => throw new ToolException($"This machine does not know the step \"{order.Step}\" of a copy: update Muster on it (muster update)."),
    };

    private async Task<CopyReport> CheckAsync(CancellationToken cancel) =>
        new() { Path = await new CopyTarget(order, kit, parts, Moved).ResolveAsync(cancel) };

    private CopyReport Failed(string sentence) => new() { State = CopyWords.Failed, Error = sentence };

    private void Moved(long bytes, long size)
    {
        _report = new CopyReport { CopyId = order.CopyId, Step = order.Step, State = CopyWords.Working, Bytes = (ulong)bytes, Size = (ulong)size };
        if (kit.Time.GetElapsedTime(_toldAt) >= _pause)
        {
            _toldAt = kit.Time.GetTimestamp();
            kit.Tell(new Frame { CopyReport = _report });
        }
    }

    private void Tell(CopyReport report)
    {
        (report.CopyId, report.Step) = (order.CopyId, order.Step);
        report.State = report.State.Length == 0 ? CopyWords.Done : report.State;
        _report = report;
        kit.Tell(new Frame { CopyReport = report });
    }

    [LoggerMessage(LogLevel.Error, "Copy {Copy} failed on this machine")]
    private static partial void LogFailed(ILogger logger, Exception failure, string copy);
}
