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

    public static string Count(int count, string thing) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {thing}{(count == 1 ? "" : "s")}");

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
    public static string Place(TaskInfo task, JobInfo job) =>
        (job.Steps?.FirstOrDefault(step => step.Id == task.Step)?.Tasks ?? job.Tasks) > 1 ? string.Create(CultureInfo.InvariantCulture, $"{task.Step}[{task.Index}]") : task.Step;

    public static string Took(DateTimeOffset? from, DateTimeOffset? to, TimeProvider time) => from is { } start ? Took((to ?? time.GetUtcNow()) - start) : "";

    public static string Took(TimeSpan span) => span.TotalSeconds < 10 ? Math.Max(0, span.TotalSeconds).ToString("0.0", CultureInfo.InvariantCulture) + "s" : When.Span(span);

    /// <summary>How a job ended, as a sentence.</summary>
    public static string Ending(JobInfo job, TimeProvider time)
    {
        var reason = job.Reason is { Length: > 0 } known ? $": {known}" : ".";
        var cost = job.Cost is > 0 and { } paid ? $", {Cpt(paid)}" : "";
        return $"{job.Name} is {job.State} ({Done(job.Counts, job.Tasks)} in {Took(job.SubmittedAt, job.EndedAt, time)}{cost}){reason}";
    }

    private static readonly string[] _units = ["B", "KB", "MB", "GB", "TB", "PB"];
}
