using System.Globalization;
using Muster.Client.Jobs;
using Muster.Cli.Terminal;

namespace Muster.Cli.Jobs;

/// <summary>Jobs, tasks and amounts in few words.</summary>
internal static class JobText
{
    private const int ShownFrom = 14;
    private const int Shown = 6;

    /// <summary>The 6 characters that lists show.</summary>
    public static string Short(string id) => id.Length >= ShownFrom + Shown ? id.Substring(ShownFrom, Shown) : id;

    public static string Count(long count, string thing) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {thing}{(count == 1 ? "" : "s")}");

    public static string Cpt(decimal amount) => amount.ToString("0.######", CultureInfo.InvariantCulture) + " CPT";

    public static string Bytes(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        while (value >= 999.95 && unit < _units.Length - 1)
        {
            (value, unit) = (value / 1000, unit + 1);
        }

        return value.ToString(unit == 0 ? "0" : "0.#", CultureInfo.InvariantCulture) + " " + _units[unit];
    }

    /// <summary>In the units in which sizes are asked for.</summary>
    public static string Size(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.##} GiB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.##} MiB"),
        >= 1L << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.##} KiB"),
        _ => Count(bytes, "byte"),
    };

    /// <summary>Of an agent's task with whether that was seen, or only said: <c>succeeded (verified)</c>.</summary>
    public static string State(TaskInfo task) => task.Verification is { } word ? $"{task.State} ({word})" : task.State;

    /// <summary><c>3/10, 1 failed</c>.</summary>
    public static string Done(TaskCounts counts, int tasks)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{counts.Succeeded}/{tasks}");
        return text + string.Concat(Troubles(counts).Select(trouble => ", " + trouble));
    }

    public static IEnumerable<string> Troubles(TaskCounts counts) =>
        new[] { (counts.Failed, "failed"), (counts.Cancelled, "cancelled"), (counts.Expired, "expired"), (counts.Skipped, "skipped") }
            .Where(count => count.Item1 > 0)
            .Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Item1} {count.Item2}"));

    /// <summary><c>frame[17]</c>, or the step alone where it has one task.</summary>
    public static string Place(TaskInfo task, JobInfo job) => Place(task.Step, task.Index, job);

    public static string Place(string step, long index, JobInfo job) =>
        (job.Steps?.FirstOrDefault(other => other.Id == step)?.Tasks ?? job.Tasks) > 1 ? string.Create(CultureInfo.InvariantCulture, $"{step}[{index}]") : step;

    /// <summary>Its exit code, or a dash where it failed before its program ran.</summary>
    public static string Exit(TaskInfo task) => task switch
    {
        { ExitCode: null } => "",
        { State: "failed", ExitCode: 0, History: null or [] or [.., { Usage: null or { WallSeconds: 0 } }] } => NeverRan,
        { ExitCode: { } code } => code.ToString(CultureInfo.InvariantCulture),
    };

    /// <inheritdoc cref="Exit(TaskInfo)"/>
    public static string Exit(AttemptInfo attempt) => attempt switch
    {
        { Outcome: null } or { ExitCode: null } => "",
        { Outcome: not "succeeded", ExitCode: 0, Usage: null or { WallSeconds: 0 } } => NeverRan,
        { ExitCode: { } code } => code.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>How long its last attempt took, or takes.</summary>
    public static string Took(TaskInfo task, TimeProvider time) => task.History is [.., var last]
        ? Took(last.StartedAt, task.IsOver ? last.EndedAt : null, time)
        : Took(task.StartedAt, task.IsOver ? task.EndedAt : null, time);

    public static string Took(DateTimeOffset? from, DateTimeOffset? to, TimeProvider time) => from is { } start ? Took((to ?? time.GetUtcNow()) - start) : "";

    public static string Took(TimeSpan span) => span.TotalSeconds < 10 ? Math.Max(0, span.TotalSeconds).ToString("0.0", CultureInfo.InvariantCulture) + "s" : When.Span(span);

    /// <summary>How long a job took, from its first start on; one of a single task as long as its last attempt.</summary>
    public static string Took(JobInfo job, TaskInfo? only, TimeProvider time) =>
        only is { StartedAt: not null } ? Took(only, time) : Took(job.StartedAt ?? job.SubmittedAt, job.EndedAt, time);

    /// <summary>How a job ended, as a sentence.</summary>
    /// <param name="only">Its task, where it has no other.</param>
    public static string Ending(JobInfo job, TimeProvider time, TaskInfo? only = null)
    {
        var reason = job.Reason is { Length: > 0 } known ? $": {known}" : ".";
        var cost = job.Cost is > 0 and { } paid ? $", {Cpt(paid)}" : "";
        return $"{job.Name} {Is(job.State)} ({Done(job.Counts, job.Tasks)} in {Took(job, only, time)}{cost}){reason}";
    }

    /// <summary>What a job is, or how it ended, after its name.</summary>
    public static string Is(string state) => state switch
    {
        "succeeded" => "has succeeded",
        "failed" => "has failed",
        "cancelled" => "was cancelled",
        "expired" => "has expired",
        _ => $"is {state}",
    };

    private const string NeverRan = "–";
    private static readonly string[] _units = ["B", "KB", "MB", "GB", "TB", "PB"];
}
