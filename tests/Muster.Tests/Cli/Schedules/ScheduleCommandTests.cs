using System.Text.Json;
using Muster.Cli;
using Muster.Tests.Hub.Schedules;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Schedules;

public sealed class ScheduleCommandTests : ScheduleTest
{
    [Fact]
    public async Task Add_SaysWhatItMadeAndTheOtherCommandsTakeItsId()
    {
        var added = await RunAsync("schedule", "add", "10m", "look", "at", "the", "oven", "--zone", "UTC");

        added.Code.ShouldBe(ExitCode.Ok);
        added.Output.ShouldMatch("^I will remind you at 2026-01-01 10:10 \\(UTC\\): look at the oven\n#[0-9a-z]{6}\n$");
        var id = added.Output.Trim()[^6..];
        var list = (await RunAsync("schedule", "list")).Output;
        list.ShouldContain(id);
        list.ShouldContain("look at the oven");
        (await RunAsync("schedule", "pause", id)).Error.ShouldBe("It rests until muster schedule resume.\n");
        (await RunAsync("schedule", "show", id)).Output.ShouldContain("paused");
        (await RunAsync("schedule", "resume", id)).Error.ShouldStartWith("It goes on; next: 2026-01-01");
        (await RunAsync("schedule", "remove", id)).Error.ShouldBe("Cancelled: look at the oven\n");
        (await RunAsync("schedule", "show", id)).Code.ShouldBe(ExitCode.NotFound);
        (await RunAsync("schedule", "list")).Error.ShouldStartWith("There are none.");
    }

    [Fact]
    public async Task Json_IsOneObjectEach()
    {
        var made = JsonDocument.Parse((await RunAsync("schedule", "add", "every day at 08:00", "take the pills", "--zone", "Asia/Shanghai", "--times", "3", "--json")).Output).RootElement;
        (made.GetProperty("cron").GetString(), made.GetProperty("zone").GetString(), made.GetProperty("max_runs").GetInt32()).ShouldBe(("0 8 * * *", "Asia/Shanghai", 3));
        await RunAsync("schedule", "add", "1m", "tea");

        Clock.Jump(TimeSpan.FromMinutes(1));
        await UntilAsync((await ListAsync())[0], schedule => Runs(schedule) == 1);

        Lines((await RunAsync("schedule", "list", "--json")).Output).ShouldHaveSingleItem().GetProperty("id").GetString().ShouldBe(made.GetProperty("id").GetString());
        var all = Lines((await RunAsync("schedule", "list", "--all", "--json")).Output);
        all.Select(line => line.GetProperty("state").GetString()).ShouldBe(["ended", "active"]);
        all[0].GetProperty("delivered").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Session_OfAnInstruction_IsShownByListAndShow()
    {
        var added = await RunAsync("schedule", "add", "10m", "run the tests", "--instruction", "--session", "todo_app");

        (await RunAsync("schedule", "list")).Output.ShouldContain("→ todo_app: run the tests");
        (await RunAsync("schedule", "show", added.Output.Trim()[^6..])).Output.ShouldMatch(@"\nsession\s+todo_app\n");
    }

    [Theory]
    [InlineData("--session", "muster: A reminder goes to no coding session, only an instruction does. Make it one (--instruction,")]
    [InlineData("--node", "muster: A reminder needs no machine, only an instruction is for one. Make it one (--instruction,")]
    public async Task Add_ForSomebodyWithoutInstruction_SaysThatOneHasToBe(string option, string sentence)
    {
        var refused = await RunAsync("schedule", "add", "10m", "run the tests", option, "todo_app");

        refused.Code.ShouldBe(ExitCode.Usage);
        refused.Error.ShouldStartWith(sentence);
    }

    [Theory]
    [InlineData("yesterday", "\"yesterday\" is no time that is understood here.")]
    [InlineData("0m", "That time is not in the future")]
    [InlineData("in 11 years", "That is more than 10 years away")]
    public async Task Add_WhatCannotBe_EndsWithTheSentence(string when, string sentence)
    {
        var refused = await RunAsync("schedule", "add", when, "tea");

        refused.Code.ShouldBe(ExitCode.Usage);
        refused.Error.ShouldStartWith("muster: " + sentence);
    }

    private static IReadOnlyList<JsonElement> Lines(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var cockpit = new Cockpit();
        cockpit.SignIn(App);
        var code = await cockpit.RunAsync(args);
        return (code, cockpit.Out.ToString(), cockpit.Error.ToString());
    }
}
