using System.Text;
using System.Text.Json;
using Muster.Hub.Background;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Background;

public sealed class BackgroundTextsTests
{
    private readonly Id<Job> _job = Id<Job>.New(TimeProvider.System);

    [Theory]
    [InlineData(AttemptOutcome.Succeeded, 0, "", "✅ Task #{0} done (42s)\n/new todo_app: fix the login bug\nFixed.")]
    [InlineData(AttemptOutcome.Failed, 2, "", "❌ Task #{0} failed (42s): exit code 2\n/new todo_app: fix the login bug\nFixed.")]
    [InlineData(AttemptOutcome.Stopped, 130, "", "⏹ Task #{0} stopped (42s)\n/new todo_app: fix the login bug\nFixed.")]
    [InlineData(AttemptOutcome.Lost, 1, "nas was restarted while it ran.", "❌ Task #{0} interrupted (42s): nas was restarted while it ran.\n/new todo_app: fix the login bug\nFixed.")]
    public void Notice_OfEachEnd_IsInTheAgreedFormat(AttemptOutcome outcome, int code, string error, string expected) =>
        Of(outcome, "Fixed.\n", code, error).Notice.ShouldBe(string.Format(System.Globalization.CultureInfo.InvariantCulture, expected, TaskIds.Of(_job, 0).Short));

    [Theory]
    [InlineData("x", 800, false)]
    [InlineData("x", 801, true)]
    [InlineData("好", 801, true)]
    [InlineData("😀", 801, true)]
    public void Output_IsCutAfter800Characters_NoneOfThemInHalf(string character, int count, bool cut)
    {
        var texts = Of(AttemptOutcome.Succeeded, string.Concat(Enumerable.Repeat(character, count)));

        texts.Cut.ShouldBe(cut);
        texts.Notice.Split('\n', 3)[2].ShouldBe(string.Concat(Enumerable.Repeat(character, 800)) + (cut ? "..." : ""));
    }

    [Fact]
    public void Output_OfAnotherShape_IsTakenFromTheLog()
    {
        var end = End(AttemptOutcome.Succeeded, "", 0, "") with { Result = "[1, 2"u8.ToArray(), LogText = "from the log"u8.ToArray() };

        BackgroundTexts.Of(_job, Plan, end).Notice.ShouldEndWith("\nfrom the log");
    }

    [Theory]
    [InlineData(0.4, "0s")]
    [InlineData(42.9, "42s")]
    [InlineData(185, "3m 5s")]
    [InlineData(7_260, "2h 1m")]
    [InlineData(double.NaN, "0s")]
    public void Span_IsShort(double seconds, string said) => BackgroundTexts.Span(seconds).ShouldBe(said);

    [Theory]
    [InlineData(false, 0, "", "(It printed nothing.)")]
    [InlineData(true, 0, "", "（没有输出。）")]
    [InlineData(false, 137, "2 processes that it left running were ended.", "(It printed nothing, and ended with exit code 137.)")]
    public void Silence_OfACommand_IsSaid(bool chinese, int code, string error, string said)
    {
        var plan = Plan with { Tool = "run_background", Line = "make", Chinese = chinese };

        var texts = BackgroundTexts.Of(_job, plan, End(code == 0 ? AttemptOutcome.Succeeded : AttemptOutcome.Failed, "", code, error));

        texts.Notice.ShouldEndWith("\nmake\n" + said);
        texts.ForAgent.ShouldEndWith("It printed nothing.");
    }

    [Fact]
    public void Tables_ForModels_AreSaidInWords()
    {
        var fleet = BackgroundTexts.Of(_job, Plan with { Tool = "fleet" }, End(
            AttemptOutcome.Succeeded, """{"asked":2,"answered":1,"groups":[{"nodes":["nas"],"answer":"up 3 days","exit_code":0,"verified":true}],"failed":[],"offline":["pi"],"silent":[]}""", 0, ""));
        var job = BackgroundTexts.Of(_job, Plan with { Tool = "submit_job" }, End(
            AttemptOutcome.Succeeded, """{"id":"job_1","state":"failed","over":true,"link":"muster job show job_1","reason":"main failed","results":[{"task":"main","state":"failed","node":"nas","exit_code":2,"output":"no such file","reason":null}]}""", 0, ""));

        fleet.Notice.ShouldEndWith("1 of 2 machines answered.\n- Offline: pi\n\n**nas** (verified)\n\nup 3 days");
        fleet.ForAgent.ShouldContain("\"answered\":1");
        job.Notice.ShouldEndWith("Job job_1: failed, main failed\n- main on nas: failed\nno such file");
    }

    private static BackgroundPlan Plan => new("cnv", "run", "nod", "coding_session", "/new todo_app: fix the login bug", "", false);

    private BackgroundTexts Of(AttemptOutcome outcome, string output, int code = 0, string error = "") => BackgroundTexts.Of(_job, Plan, End(outcome, output, code, error));

    private static AttemptEnd End(AttemptOutcome outcome, string output, int code, string error) => new()
    {
        Name = new AttemptName(1, 0, 1), Outcome = outcome, ExitCode = code, Error = error, Use = new AttemptUse(0, 0, 42.3, 0, 0, 0),
        Result = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { output, cut = false })),
    };
}
