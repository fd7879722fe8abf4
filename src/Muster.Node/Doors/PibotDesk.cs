using Microsoft.Extensions.Logging;
using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Node.Compute;
using Muster.Node.Compute.Agents;
using Muster.Node.Sandbox.Tasks;
using Muster.Protocol.Wire;

namespace Muster.Node.Doors;

/// <summary>
/// What a PiBot worker does: one task at a time, each by a fresh agent. It is known in memory alone, as callers expect who ask
/// again after a 404, and only the newest tasks are kept.
/// </summary>
public sealed partial class PibotDesk : IAsyncDisposable
{
    private const int Kept = 100;
    private const int LongestOutput = 64_000;
    private const int LongestTask = 3600;
    private static readonly TimeSpan _cancelPatience = TimeSpan.FromSeconds(2);

    private readonly TaskAgents _agents;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PibotTask> _tasks = new(StringComparer.Ordinal);
    private readonly List<string> _newestLast = [];
    private Running? _running;
    private bool _closed;

    internal PibotDesk(string workerId, TaskAgents agents, TimeProvider time, ILogger logger) =>
        (WorkerId, _agents, _time, _logger) = (workerId, agents, time, logger);

    public string WorkerId { get; }

    /// <summary>The task that keeps this worker busy, until nothing of it runs any more.</summary>
    public string? Current
    {
        get
        {
            lock (_gate)
            {
                return _running?.Id;
            }
        }
    }

    /// <summary>Tasks whose state can be asked for.</summary>
    public int Total
    {
        get
        {
            lock (_gate)
            {
                return _tasks.Count;
            }
        }
    }

    public PibotTask? Find(string id)
    {
        lock (_gate)
        {
            return _tasks.GetValueOrDefault(id);
        }
    }

    /// <summary>False while another task runs. An id that has ended may come again; its earlier state is forgotten.</summary>
    public bool TryStart(string id, string description, IReadOnlyList<string> skills)
    {
        lock (_gate)
        {
            if (_running is not null || _closed)
            {
                return false;
            }

            Keep(new PibotTask(id, description, skills, "running", null, null, Now(), null));
            var running = new Running(id);
            _running = running;
            running.Ended = Task.Run(() => RunAsync(running, description, skills));
            return true;
        }
    }

    /// <summary>False when it does not run. Returns when its agent and all that it started are gone, or after two seconds.</summary>
    public async Task<bool> CancelAsync(string id)
    {
        Running running;
        lock (_gate)
        {
            if (_running is not { } found || found.Id != id || _tasks[id].Status != "running")
            {
                return false;
            }

            running = found;
            _tasks[id] = _tasks[id] with { Status = "cancelled", CompletedAt = Now() };
            running.Stop.Cancel();
        }

        await running.Ended.WaitAsync(_cancelPatience, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        Task ended;
        lock (_gate)
        {
            _closed = true;
            _running?.Stop.Cancel();
            ended = _running?.Ended ?? Task.CompletedTask;
        }

        await ended;
    }

    private async Task RunAsync(Running running, string description, IReadOnlyList<string> skills)
    {
        var work = new Work { Objective = description, Skills = { skills }, TimeoutSeconds = LongestTask };
        Func<PibotTask, PibotTask> end;
        try
        {
            if (_agents.Unable(work) is { } sentence)
            {
                end = task => task with { Status = "failed", Error = sentence };
            }
            else
            {
                using var clock = new TaskClock(_time);
                var (outcome, _, tooLong) = await _agents.PromptAsync(new AgentTask(work, clock, Unheard.Output), running.Stop.Token);
                end = task => Ended(task, outcome, tooLong);
            }
        }
        catch (OperationCanceledException)
        {
            end = task => task with { Status = "cancelled" };
        }
        catch (Exception error)
        {
            // Whatever it was, its caller asks until it hears of an end.
            LogFailed(_logger, running.Id, error);
            end = task => task with { Status = "failed", Error = error.Message };
        }

        lock (_gate)
        {
            // What was cancelled stays so, whatever its agent said last.
            if (_tasks[running.Id] is { Status: "running" } task)
            {
                _tasks[running.Id] = end(task) with { CompletedAt = Now() };
            }

            _running = null;
            running.Stop.Dispose();
        }
    }

    private static PibotTask Ended(PibotTask task, AgentEvent.AgentEnd end, bool tooLong)
    {
        if (end.Outcome == RunOutcome.Completed)
        {
            var output = end.Messages.OfType<AssistantMessage>().LastOrDefault()?.Text ?? "";
            return task with { Status = "completed", Result = new PibotResult(output.Length <= LongestOutput ? output : output[..LongestOutput] + "…", end.Messages.Count) };
        }

        var error = tooLong ? $"It took longer than {LongestTask} seconds."
            : end.Error ?? (end.Outcome == RunOutcome.TurnLimit ? "It used all of its turns." : "It was stopped.");
        return task with { Status = "failed", Error = error };
    }

    private void Keep(PibotTask task)
    {
        _newestLast.Remove(task.TaskId);
        _newestLast.Add(task.TaskId);
        _tasks[task.TaskId] = task;
        if (_newestLast.Count > Kept)
        {
            _tasks.Remove(_newestLast[0]);
            _newestLast.RemoveAt(0);
        }
    }

    private double Now() => _time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    [LoggerMessage(LogLevel.Warning, "Task {Id} of PiBot's door could not be run")]
    private static partial void LogFailed(ILogger logger, string id, Exception error);

    private sealed class Running(string id)
    {
        public string Id => id;
        public CancellationTokenSource Stop { get; } = new();
        public Task Ended { get; set; } = Task.CompletedTask;
    }

    /// <summary>The five routes have no place for what a task prints on its way.</summary>
    private sealed class Unheard : ISandboxOutput
    {
        public static Unheard Output { get; } = new();

        public void Write(bool stderr, ReadOnlySpan<byte> bytes)
        {
        }
    }
}
