using System.Text;
using Muster.Cli.Terminal;
using Muster.Client.Jobs;

namespace Muster.Cli.Jobs;

/// <summary>A job until it is over: a bar for each step on a terminal, a line for each change elsewhere, each event with --json.</summary>
internal sealed class JobWatch(CommandContext context, JobClient jobs, JobInfo job)
{
    private const int MostBars = 12;

    /// <summary>Counting the tasks of each step costs the hub a look at all of them.</summary>
    private const int MostCounted = 20_000;
    private const int BarWidth = 24;
    private static readonly TimeSpan _frame = TimeSpan.FromMilliseconds(200);

    private volatile JobInfo _now = job;
    private volatile bool _changed;
    private int _drawn;
    private string? _told;

    /// <summary>Lines may be drawn over.</summary>
    public static bool Draws(CommandContext context) => context is { Json: false, Surroundings: { ErrorIsTerminal: true } around } && around.Variable("TERM") != "dumb";

    public async Task<JobInfo> UntilOverAsync(CancellationToken cancellationToken)
    {
        using var drawing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var frames = Draws(context) ? DrawAsync(drawing.Token) : Task.CompletedTask;
        try
        {
            await foreach (var e in jobs.WatchAsync(_now.Id, tasks: context.Json, cancellationToken: cancellationToken))
            {
                Tell(e);
            }
        }
        finally
        {
            await drawing.CancelAsync();
            await frames;
        }

        if (Draws(context))
        {
            await FrameAsync(cancellationToken);
        }

        return await jobs.GetAsync(_now.Id, cancellationToken);
    }

    private void Tell(JobEvent e)
    {
        if (context.Json && EventLine.Of(e) is { } line)
        {
            JsonLines.Write(context.Surroundings.Out, line);
        }

        if (e is not JobChanged { Job: var now })
        {
            return;
        }

        _now = now;
        _changed = true;
        var sentence = $"{now.State}: {JobText.Done(now.Counts, now.Tasks)}{(now.Counts.Running > 0 ? $", {now.Counts.Running} running" : "")}{(now is { IsOver: false, Reason: { } reason } ? $" ({reason})" : "")}";
        if (!context.Json && !Draws(context) && Milestone(now) is var milestone && milestone != _told)
        {
            _told = milestone;
            context.Printer.Note(Ansi.Harmless(sentence));
        }
    }

    /// <summary>A large job is told of at each tenth, a small one at each task.</summary>
    private static string Milestone(JobInfo job) => $"{job.State} {(job.Tasks <= 10 ? job.Counts.Over : job.Counts.Over * 10L / job.Tasks)} {job.Counts.Failed > 0}";

    private async Task DrawAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_frame, context.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (_changed)
                {
                    _changed = false;
                    await FrameAsync(cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the job is over, or nobody waits any more
        }
    }

    private async Task FrameAsync(CancellationToken cancellationToken)
    {
        var now = _now;
        var steps = now.Tasks is > 1 and <= MostCounted ? (await jobs.GetAsync(_now.Id, cancellationToken)).Steps : null;
        List<string> lines = steps is { Count: > 1 }
            ? [.. steps.Take(MostBars).Select(step => Bar(step.Id, step.Counts, step.Tasks)), .. steps.Count > MostBars ? [Bar($"all {steps.Count} steps", now.Counts, now.Tasks)] : (string[])[]]
            : [Bar(now.Name, now.Counts, now.Tasks)];
        if (now is { IsOver: false, State: "paused" })
        {
            lines.Add($"paused: {now.Reason}");
        }

        Draw(lines);
    }

    private static string Bar(string name, TaskCounts counts, int tasks)
    {
        var full = (int)((long)counts.Over * BarWidth / Math.Max(1, tasks));
        var label = Columns.Cut(Ansi.Harmless(name), 20);
        return $"{label}{new string(' ', 20 - Columns.Of(label))}  {new string('█', full)}{new string('░', BarWidth - full)}  {JobText.Done(counts, tasks)}{(counts.Running > 0 ? $", {counts.Running} running" : "")}";
    }

    private void Draw(List<string> lines)
    {
        var text = new StringBuilder(Ansi.Up(_drawn));
        foreach (var line in lines)
        {
            text.Append(Ansi.EraseLine).Append(Columns.Cut(Ansi.Harmless(line), TerminalSize.Width - 1)).Append('\n');
        }

        text.Append(Ansi.EraseBelow);
        _drawn = lines.Count;
        context.Surroundings.Error.Write(text.ToString());
        context.Surroundings.Error.Flush();
    }
}
