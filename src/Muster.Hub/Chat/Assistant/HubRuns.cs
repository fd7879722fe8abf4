using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Planning;
using Muster.Hub.Together;
using Muster.Storage;

namespace Muster.Hub.Chat.Assistant;

/// <summary>What a run on the hub is: the assistant's own, that of a plan, or a request to many machines.</summary>
internal enum HubRunKind
{
    Assistant,
    Plan,
    Fleet,
}

/// <summary>The runs of the hub's own assistant: starts, steers and stops them, and takes up after a restart what was cut off.</summary>
internal sealed class HubRuns(HubRunKit kit, PlanKit plans, FleetDesk fleet, BackgroundWork background, ILogger<HubRuns> logger) : IDisposable
{
    /// <summary>Agents that work at one time; others wait for a place.</summary>
    private const int Most = 32;

    private readonly ConcurrentDictionary<string, HubRun> _runs = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _places = new(Most);

    /// <summary>Names of the models that its runs can use.</summary>
    public IReadOnlyList<string> Models => kit.Agents.Models;

    /// <summary>Once what it is about is committed.</summary>
    /// <param name="stopped">A person has stopped it before.</param>
    public void Launch(RunRow run, HubRunKind kind, bool stopped = false)
    {
        HubRun active = kind switch
        {
            HubRunKind.Plan => new PlannedRun(run, kit, plans, logger),
            HubRunKind.Fleet => new FleetRun(run, kit, fleet, logger),
            _ => new AgentRun(run, kit, logger),
        };
        if (stopped)
        {
            active.Abort();
        }

        if (_runs.TryAdd(run.Id, active))
        {
            background.Start(stopping => ExecuteAsync(active, stopping));
        }
    }

    public bool Takes(string run, bool toHub) => _runs.TryGetValue(run, out var active) && active.Takes(toHub);

    public bool IsNamedIn(string run, string text) => _runs.TryGetValue(run, out var active) && active.IsNamedIn(text);

    public void Steer(string run, MessageRow message, string text)
    {
        if (_runs.TryGetValue(run, out var active))
        {
            background.Start(_ => active.SteerAsync(message.Id, text, message.Interrupt != 0));
        }
    }

    /// <summary>Whether it was over within the time.</summary>
    public async Task<bool> StopAsync(string run, TimeSpan patience)
    {
        if (!_runs.TryGetValue(run, out var active))
        {
            return false;
        }

        active.Abort();
        try
        {
            await active.Over.WaitAsync(patience, kit.Time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>After the hub's start: goes on with what a killed hub left; what was being stopped is ended.</summary>
    public async Task ResumeAsync(CancellationToken cancel) => await kit.Database.WriteAsync(
        tx =>
        {
            tx.Execute("delete from hub_plans where run_id not in (select id from runs where state <> 'ended')");
            tx.Execute("delete from hub_fleets where run_id not in (select id from runs where state <> 'ended')");
            tx.Execute("delete from hub_journal where run_id not in (select id from runs where state <> 'ended')");
            foreach (var run in RunStore.OpenOn(tx, HubMachine.Name))
            {
                var kind = PlanStore.Has(tx, run.Id) ? HubRunKind.Plan : FleetStore.Has(tx, run.Id) ? HubRunKind.Fleet : HubRunKind.Assistant;
                if (run.Stopping && kind != HubRunKind.Assistant)
                {
                    tx.OnCommitted(() => Launch(run, kind, stopped: true)); // its job may run, and is to be cancelled
                }
                else if (run.Stopping)
                {
                    HubJournalStore.Forget(tx, run.Id);
                    kit.Ends.Give(tx, run, "aborted", "Stopped.");
                }
                else
                {
                    tx.OnCommitted(() => Launch(run, kind));
                }
            }
        },
        cancel);

    public void Dispose() => _places.Dispose();

    private async Task ExecuteAsync(HubRun run, CancellationToken stopping)
    {
        var placed = run.NeedsPlace && await EnterAsync(run, stopping);
        try
        {
            await run.ExecuteAsync(stopping);
        }
        finally
        {
            if (placed)
            {
                _places.Release();
            }

            _runs.TryRemove(run.Run.Id, out _);
            run.Dispose();
        }
    }

    /// <returns>False: it was stopped before it had a place, and needs none to say so.</returns>
    private async Task<bool> EnterAsync(HubRun run, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, run.Aborted);
        try
        {
            await _places.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return false;
        }
    }
}
