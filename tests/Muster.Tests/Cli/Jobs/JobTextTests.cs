using Muster.Cli.Jobs;
using Muster.Client.Jobs;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Jobs;

public sealed class JobTextTests
{
    private static readonly DateTimeOffset _start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Took_OfATaskThatWasRetried_IsOfItsLastAttempt()
    {
        var task = Task("succeeded", 0, [Attempt(1, "lost", 0, 500, 0), Attempt(2, "succeeded", 600, 603, 3)]);
        var job = new JobInfo("job", "render", "succeeded", null, "normal", "ada", _start, _start, _start.AddSeconds(603), 1, new TaskCounts(0, 0, 0, 1, 0, 0, 0, 0), null, null);

        JobText.Took(task, TimeProvider.System).ShouldBe("3.0s");
        JobText.Ending(job, TimeProvider.System, task).ShouldBe("render has succeeded (1/1 in 3.0s).");
    }

    [Fact]
    public void Exit_OfATaskThatNeverRan_IsADash()
    {
        JobText.Exit(Task("failed", 0, [Attempt(1, "refused", 0, 1, 0)])).ShouldBe("–");
        JobText.Exit(Attempt(1, "refused", 0, 1, 0)).ShouldBe("–");
        JobText.Exit(Task("failed", 0, [Attempt(1, "failed", 0, 2, 2)])).ShouldBe("0");
        JobText.Exit(Task("failed", 7, null)).ShouldBe("7");
        JobText.Exit(Task("succeeded", 0, null)).ShouldBe("0");
        JobText.Exit(Task("running", null, null)).ShouldBe("");
    }

    [Theory]
    [InlineData(1, "1 byte")]
    [InlineData(4_698_112, "4.48 MiB")]
    [InlineData(1L << 31, "2 GiB")]
    public void Size_IsInTheUnitsInWhichItIsAskedFor(long bytes, string text) => JobText.Size(bytes).ShouldBe(text);

    private static TaskInfo Task(string state, int? exitCode, IReadOnlyList<AttemptInfo>? history) =>
        new("tsk", "job", "main", 0, state, null, history?.Count ?? 1, "nas", exitCode, _start, _start.AddSeconds(603), null, history);

    private static AttemptInfo Attempt(int number, string outcome, int from, int to, double wall) => new(
        number, "nas", "ended", outcome, 0, null, _start.AddSeconds(from), _start.AddSeconds(from), _start.AddSeconds(to), new UseInfo(0, 0, wall, 0, 0, 0), [], null, null, false);
}
