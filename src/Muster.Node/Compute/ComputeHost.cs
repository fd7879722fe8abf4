using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Muster.Node.Background;
using Muster.Node.Link;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Compute;

/// <summary>
/// The node's half of the pool: takes leases, runs each attempt once, obeys the hub about them, and tells how they ended. What was
/// running when the node died is told as lost.
/// </summary>
/// <param name="background">Runs what the pool has adopted, which its orders are about too; null where no assistant works.</param>
internal sealed partial class ComputeHost(ComputeKit kit, ResultReporter results, BackgroundTasks? background = null) : IAsyncDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<AttemptRef, AttemptRun> _running = new();
    private readonly Channel<Frame> _orders = Channel.CreateBounded<Frame>(4096);
    private readonly CancellationTokenSource _stopping = new();
    private Task _working = Task.CompletedTask;

    private double _cpuOfEnded;
    private volatile bool _halted;

    /// <summary>Attempts that are not over.</summary>
    public IReadOnlyCollection<AttemptRun> Running => [.. _running.Values];

    /// <summary>What tasks have used since the start.</summary>
    public double CpuSeconds => Volatile.Read(ref _cpuOfEnded) + _running.Values.Sum(run => run.Usage?.CpuSeconds ?? 0);

    /// <summary>All that runs and all that comes, until it is told otherwise.</summary>
    public void Halt(bool halt)
    {
        _halted = halt;
        foreach (var run in _running.Values)
        {
            run.Halt(halt);
        }
    }

    public void Register(FrameHandlers handlers)
    {
        handlers.OnVolatile(Frame.BodyOneofCase.Leases, Order);
        handlers.OnVolatile(Frame.BodyOneofCase.AttemptControl, Order);
        handlers.OnVolatile(Frame.BodyOneofCase.AttemptMessages, Order);
        handlers.OnVolatile(Frame.BodyOneofCase.BackgroundAdopted, Order); // in one row with the orders, which name what this tells
    }

    /// <summary>For the Hello: what this node has begun and not ended.</summary>
    public static IReadOnlyList<AttemptRef> Held(Transaction tx) => [.. AttemptStore.Open(tx).Select(open => open.Lease.Ref)];

    /// <summary>Before the link is dialled: clears away what a crash left, and tells of it.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        foreach (var sandbox in kit.Sandboxes)
        {
            await sandbox.ReapAsync(cancel);
        }

        kit.Folders.Clear();
        var lost = await kit.Database.ReadAsync(AttemptStore.Open, cancel);
        results.Start();
        foreach (var (lease, work) in lost)
        {
            LogLost(kit.Logger, AttemptNames.Of(work, lease.Ref));
            results.Add(new AttemptResult { Ref = lease.Ref, JobId = work.JobId, Outcome = "lost", Error = $"{kit.NodeName} was restarted while it ran." });
        }

        _working = Task.Run(() => WorkAsync(_stopping.Token), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        _orders.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _working;
        await Task.WhenAll(_running.Values.Select(run => run.AbandonAsync()));
        await results.DisposeAsync();
        _stopping.Dispose();
    }

    /// <summary>A link that brings orders faster than they are taken is cut: after a reconnect the hub sends again what is still wanted.</summary>
    private void Order(Frame frame)
    {
        if (!_orders.Writer.TryWrite(frame))
        {
            LogFlooded(kit.Logger);
            kit.CutLink("The hub sent work faster than this node could take it.");
        }
    }

    private async Task WorkAsync(CancellationToken cancel)
    {
        try
        {
            await foreach (var frame in _orders.Reader.ReadAllAsync(cancel))
            {
                await DoAsync(frame, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // the node stops; what runs is told as lost at the next start
        }
    }

    private async Task DoAsync(Frame frame, CancellationToken cancel)
    {
        try
        {
            await (frame.BodyCase switch
            {
                Frame.BodyOneofCase.Leases => TakeAsync(frame.Leases, cancel),
                Frame.BodyOneofCase.AttemptMessages => Say(frame.AttemptMessages),
                Frame.BodyOneofCase.BackgroundAdopted => background?.AdoptedAsync(frame.BackgroundAdopted, cancel) ?? Task.CompletedTask,
                _ => ObeyAsync(frame.AttemptControl, cancel),
            });
        }
        catch (StorageException error)
        {
            // Nothing was begun. A new connection brings it again, as soon as the store can take it.
            LogNotKept(kit.Logger, error);
            await Task.Delay(_pause, kit.Time, cancel);
            kit.CutLink(error.Message);
        }
    }

    private async Task TakeAsync(LeaseBatch batch, CancellationToken cancel)
    {
        var now = kit.Now;
        var taken = await kit.Database.WriteAsync(
            tx => AttemptStore.TakeEpoch(tx, (long)batch.PoolEpoch)
                ? batch.Leases.Where(lease => AttemptStore.Add(tx, lease, batch.Works[(int)lease.Work], now)).ToList()
                : [],
            cancel);
        foreach (var lease in taken)
        {
            var run = new AttemptRun(kit, lease, batch.Works[(int)lease.Work]);
            _running[lease.Ref] = run;
            run.Halt(_halted);
            run.Say(lease.Messages);
            run.Start(ended =>
            {
                if (_running.TryRemove(lease.Ref, out _))
                {
                    AddCpu(ended.Usage?.CpuSeconds ?? 0);
                }

                results.Add(ended);
                run.Dispose();
            });
        }
    }

    /// <summary>To what is over already, nobody listens: its result says what was heard.</summary>
    private Task Say(AttemptMessages said)
    {
        _running.GetValueOrDefault(said.Ref)?.Say(said.Messages);
        return Task.CompletedTask;
    }

    private void AddCpu(double seconds)
    {
        double before;
        do
        {
            before = Volatile.Read(ref _cpuOfEnded);
        }
        while (Interlocked.CompareExchange(ref _cpuOfEnded, before + seconds, before) != before);
    }

    private async Task<bool> OfBackgroundAsync(AttemptControl control, CancellationToken cancel) => background is not null && await background.ObeyAsync(control, cancel);

    private async Task ObeyAsync(AttemptControl control, CancellationToken cancel)
    {
        if (_running.GetValueOrDefault(control.Ref) is { } run)
        {
            run.Obey(control.Action, control.Reason);
        }
        else if (!await OfBackgroundAsync(control, cancel) && control.Action == "stop" && !await kit.Database.ReadAsync(tx => AttemptStore.Knows(tx, control.Ref), cancel))
        {
            // It never came; the hub waits to hear of its end.
            results.Add(new AttemptResult { Ref = control.Ref, Outcome = "lost", Error = "It did not reach the node." });
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Attempt} was running when the node stopped; it is reported as lost")]
    private static partial void LogLost(ILogger logger, string attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "Work of the hub could not be stored and was not begun")]
    private static partial void LogNotKept(ILogger logger, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "The hub sends work faster than this node can take it; a part was dropped and will come again")]
    private static partial void LogFlooded(ILogger logger);
}
