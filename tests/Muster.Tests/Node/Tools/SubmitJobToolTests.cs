using System.Text.Json;
using Muster.Agents.Tools;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Tools;

public sealed class SubmitJobToolTests
{
    [Fact]
    public async Task Call_WhoseAnswerIsLost_AsksAgainForTheSameJob()
    {
        var asked = new List<(string Method, string Json)>();
        using var bench = new ToolBench(hub: (method, json, _) =>
        {
            asked.Add((method, json));
            return asked.Count == 1
                ? throw new HubSilentException("The hub did not answer.")
                : Task.FromResult("""{"id":"job_1","state":"queued","over":false,"link":"muster job show job_1","results":[]}""");
        });

        var result = await bench.CallAsync("submit_job", new { command = "true" });

        ToolBench.Text(result).ShouldContain("job_1");
        asked.Count.ShouldBe(2);
        asked[0].ShouldBe(asked[1]);
        asked[0].Method.ShouldBe("jobs.submit");
        asked[0].Json.ShouldContain("\"key\"");
    }

    [Fact]
    public async Task Call_ThatTheHubRefuses_IsNotAskedAgain()
    {
        var count = 0;
        using var bench = new ToolBench(hub: (_, _, _) => ++count > 0 ? throw new ToolException("Too few credits.") : Task.FromResult(""));

        (await bench.ErrorAsync("submit_job", new { command = "true" })).ShouldBe("Too few credits.");

        count.ShouldBe(1);
    }

    [Fact]
    public async Task Call_StoppedBeforeItsAnswerCame_CancelsTheJobByTheSameKey()
    {
        using var abort = new CancellationTokenSource();
        var asked = new List<(string Method, string Key)>();
        using var bench = new ToolBench(hub: async (method, json, cancel) =>
        {
            asked.Add((method, JsonElement.Parse(json).GetProperty("key").GetString()!));
            if (method == "jobs.submit")
            {
                await abort.CancelAsync();
                cancel.ThrowIfCancellationRequested();
            }

            return "{}";
        });

        await Should.ThrowAsync<OperationCanceledException>(() => bench.CallAsync("submit_job", new { command = "true" }, abort.Token));

        asked.Select(call => call.Method).ShouldBe(["jobs.submit", "jobs.cancel"]);
        asked[0].Key.ShouldBe(asked[1].Key);
    }
}
