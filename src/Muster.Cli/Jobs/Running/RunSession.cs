using Muster.Cli.Jobs.Results;
using Muster.Cli.Terminal;
using Muster.Client;
using Muster.Client.Jobs;

namespace Muster.Cli.Jobs.Running;

/// <summary>A command in the pool from its submission to its exit code. An interrupt ends the command, not the looking on.</summary>
internal sealed class RunSession(CommandContext context, JobClient jobs, JobInfo job) : IDisposable
{
    private static readonly TimeSpan _untilWhy = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _untilGivenUp = TimeSpan.FromSeconds(30);
    private const int MostReasons = 10;

    private readonly TaskCompletionSource _placed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _leaving = new();
    private readonly string _id = JobText.Short(job.Id);
    private int _attempt;
    private string _state = "";
    private bool _nobody;

    public async Task<int> RunAsync(bool noWait, CancellationToken interrupt)
    {
        var stopping = Task.CompletedTask;
        await using var stop = interrupt.Register(() => stopping = StopAsync("It was interrupted where it was started."));
        var output = new RunOutput(context, jobs, job.Id);
        try
        {
            await TogetherAsync(WatchAsync(), output.PrintAsync(_leaving.Token), ExplainAsync(noWait));
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            context.Printer.Warning($"muster: the hub did not confirm the end in time. What became of it: muster job show {_id}");
        }

        await stop.DisposeAsync();
        await stopping;
        return interrupt.IsCancellationRequested ? ExitCode.Interrupted : _nobody ? ExitCode.Broken : await EndAsync(output);
    }

    public void Dispose() => _leaving.Dispose();

    /// <summary>What goes wrong in one ends all.</summary>
    private async Task TogetherAsync(params Task[] parts)
    {
        var left = parts.ToList();
        while (left.Count > 0)
        {
            var done = await Task.WhenAny(left);
            left.Remove(done);
            if (!done.IsCompletedSuccessfully)
            {
                await _leaving.CancelAsync();
            }
        }

        await (parts.FirstOrDefault(part => part.IsFaulted) ?? Task.WhenAll(parts));
    }

    private async Task WatchAsync()
    {
        await foreach (var e in jobs.WatchAsync(job.Id, cancellationToken: _leaving.Token))
        {
            if (context.Json && EventLine.Of(e) is { } line)
            {
                JsonLines.Write(context.Surroundings.Out, line);
            }

            if (e is TaskChanged { Task: var task })
            {
                Placed(task);
            }
            else if (e is JobChanged { Job: var now } && now.State != _state)
            {
                _state = now.State;
                if (now.State == "paused")
                {
                    context.Printer.Note($"The job is paused: {Ansi.Harmless(now.Reason ?? "")} Go on with: muster job resume {_id}");
                }
            }
        }

        _placed.TrySetResult();
    }

    private void Placed(TaskInfo task)
    {
        if (task is { State: "leased" or "running", Node: { } node } && task.Attempts != _attempt)
        {
            if (context.Surroundings.ErrorIsTerminal && !context.Json)
            {
                context.Printer.Note($"{(_attempt == 0 ? "runs" : $"attempt {task.Attempts}")} on {Ansi.Harmless(node)} ({_id})");
            }

            _attempt = task.Attempts;
            _placed.TrySetResult();
        }
    }

    private async Task ExplainAsync(bool noWait)
    {
        using var soon = new CancellationTokenSource();
        if (await Task.WhenAny(_placed.Task, Task.Delay(_untilWhy, context.Time, soon.Token)) == _placed.Task || _leaving.IsCancellationRequested)
        {
            await soon.CancelAsync();
            return;
        }

        var why = await jobs.WhyAsync(job.Id, _leaving.Token);
        if (_placed.Task.IsCompleted)
        {
            return;
        }

        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, new EventLine("why") { Why = why });
        }
        else
        {
            Explain(why);
        }

        if (noWait && !why.Nodes.Any(node => node.Fits))
        {
            _nobody = true;
            await StopAsync("No machine could take it, and it was not to wait.");
        }
        else if (!context.Json)
        {
            context.Printer.Note("It waits. Ctrl-C ends it.");
        }
    }

    private void Explain(WhyInfo why)
    {
        context.Printer.Note(Ansi.Harmless(why.Summary));
        foreach (var node in why.Nodes.Where(node => !node.Fits).Take(MostReasons))
        {
            context.Printer.Note($"  {Ansi.Harmless(node.Node)}: {Ansi.Harmless(node.Reason ?? "")}");
        }
    }

    private async Task StopAsync(string reason)
    {
        if (!_nobody)
        {
            context.Printer.Note("Ending it; Ctrl-C again leaves at once.");
        }

        _leaving.CancelAfter(_untilGivenUp);
        try
        {
            await jobs.CancelAsync(job.Id, reason, _leaving.Token);
        }
        catch (Exception failure) when (failure is MusterException or OperationCanceledException)
        {
            context.Printer.Warning($"muster: it could not be ended ({failure.Message.TrimEnd('.')}). Try: muster job cancel {_id}");
            await _leaving.CancelAsync();
        }
    }

    private async Task<int> EndAsync(RunOutput output)
    {
        var now = await jobs.GetAsync(job.Id);
        var task = (await jobs.TasksAsync(job.Id, 0, 1)).Items[0];
        await output.CompleteAsync(CancellationToken.None);
        if (task.History is [.., { Outputs: { Count: > 0 } outputs }])
        {
            await OutputFiles.SaveAsync(context, jobs, outputs, context.Surroundings.Directory, CancellationToken.None);
        }

        var (code, sentence) = RunEnding.Of(now, task);
        if (sentence is not null && !context.Json)
        {
            context.Printer.Warning("muster: " + Ansi.Harmless(sentence));
        }

        return code;
    }
}
