using System.Text.Json;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Tools;

public sealed class ScheduleToolTests
{
    [Theory]
    [InlineData("schedule", """{"action":"remind","when":"in 30 minutes","message":"call Bob"}""", "schedules.add", """{"action":"remind","message":"call Bob","when":"in 30 minutes","key":"call-1"}""")]
    [InlineData("scheduler", """{"action":"remind","delay_seconds":600,"interval_seconds":0,"message":"tea","conv_id":"","max_runs":1}""", "schedules.add", """{"action":"remind","message":"tea","delay_seconds":600,"max_runs":1,"key":"call-1"}""")]
    [InlineData("scheduler", """{"action":"repeat","delay_seconds":0,"interval_seconds":300,"message":"run the tests","conv_id":"todo_app","max_runs":3}""", "schedules.add", """{"action":"repeat","message":"run the tests","interval_seconds":300,"conv_id":"todo_app","max_runs":3,"key":"call-1"}""")]
    [InlineData("schedule", """{"action":"remind","delay_seconds":0,"message":"tea"}""", "schedules.add", """{"action":"remind","message":"tea","delay_seconds":0,"key":"call-1"}""")]
    [InlineData("schedule", """{"action":"list"}""", "schedules.list", "{}")]
    [InlineData("schedule", """{"action":"cancel","id":"9f3k2a"}""", "schedules.cancel", """{"id":"9f3k2a"}""")]
    public async Task Call_EachAction_AsksTheHub(string tool, string arguments, string method, string expected)
    {
        var asked = new List<(string Method, string Json)>();
        using var bench = new ToolBench(hub: (name, json, _) =>
        {
            asked.Add((name, json));
            return Task.FromResult("""{"text":"done","id":"sch_1"}""");
        });

        var result = await bench.CallAsync(tool, JsonDocument.Parse(arguments).RootElement);

        ToolBench.Text(result).ShouldBe("done");
        var (said, sent) = asked.ShouldHaveSingleItem();
        said.ShouldBe(method);
        JsonDocument.Parse(sent).RootElement.EnumerateObject().Where(property => property.Name != "key").Select(property => property.ToString())
            .ShouldBe(JsonDocument.Parse(expected).RootElement.EnumerateObject().Where(property => property.Name != "key").Select(property => property.ToString()));
        sent.Contains("\"key\"", StringComparison.Ordinal).ShouldBe(method == "schedules.add");
    }

    [Fact]
    public async Task Call_WithAnUnknownAction_IsRefusedWithASentence()
    {
        using var bench = new ToolBench(hub: (_, _, _) => Task.FromResult("{}"));

        (await bench.ErrorAsync("schedule", JsonDocument.Parse("""{"action":"snooze"}""").RootElement)).ShouldBe("schedule has no action \"snooze\". It has remind, repeat, list and cancel.");
    }
}
