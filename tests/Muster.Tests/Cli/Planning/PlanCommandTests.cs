using System.Net.Http.Json;
using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Cli;
using Muster.Testing.Models;
using Muster.Tests.Hub.Jobs;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Planning;

/// <summary>Without a model on the hub: by the words of the request.</summary>
public sealed class PlanCommandTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Plan_SaysStepsAndPlaces_AndRunsNothing()
    {
        await using var house = await PoolHouse.StartAsync(Cancel, nodes: 0);
        using var cockpit = new Cockpit();
        cockpit.SignIn(house.Hub);

        (await cockpit.RunAsync("plan", "download", "a.csv,", "then", "make", "a", "chart", "of", "it")).ShouldBe(ExitCode.Ok);

        cockpit.Error.ToString().ShouldStartWith("moderate (by the rules): 2 steps");
        cockpit.Out.ToString().ShouldContain("download a.csv");
        cockpit.Out.ToString().ShouldContain("step1");
    }

    [Fact]
    public async Task Json_IsTheAnalysis()
    {
        await using var house = await PoolHouse.StartAsync(Cancel, nodes: 0);
        using var cockpit = new Cockpit();
        cockpit.SignIn(house.Hub);

        (await cockpit.RunAsync("plan", "what is a monad?", "--json")).ShouldBe(ExitCode.Ok);

        var plan = JsonElement.Parse(cockpit.Out.ToString());
        plan.GetProperty("complexity").GetString().ShouldBe("simple");
        plan.GetProperty("handle_locally").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Run_PrintsWhatCameOfEachStep_WithResultsHandedOn()
    {
        await using var house = await PoolHouse.StartAsync(Cancel, nodes: 0);
        var model = new ScriptedModel().Says("The number is 21.").Says("Doubled: 42.");
        await house.AddAsync("worker", model: model);
        using var cockpit = new Cockpit();
        cockpit.SignIn(house.Hub);

        (await cockpit.RunAsync("plan", "--run", "compute the number, then compute its double")).ShouldBe(ExitCode.Ok);

        cockpit.Out.ToString().ShouldMatch(@"\n0\t\w{6}\tsucceeded\tThe number is 21\.\n1\t\w{6}\tsucceeded\tDoubled: 42\.\n");
        model.Requests[1].Messages[0].Text.ShouldContain("### step1\nThe number is 21.");
    }

    [Fact]
    public async Task Results_OfAgents_AreTheirWordsForPeopleAndJsonForPrograms()
    {
        await using var house = await PoolHouse.StartAsync(Cancel, nodes: 0);
        var words = "| city | °C |\n|---|---:|\n| Rome | 21 |";
        await house.AddAsync("worker", model: new ScriptedModel().Says(words).Fails("The key is wrong.", ModelFailureKind.Invalid));
        var job = await SubmitAsync(house, new { name = "two", tasks = new object[] { new { id = "a", objective = "measure" }, new { id = "b", objective = "measure again", after = "a" } } });

        (await ResultsAsync(house, job)).ShouldMatch(@"^0\t\w{6}\tsucceeded\t\| city \| °C \| \|---\|---:\| \| Rome \| 21 \|\n1\t\w{6}\tfailed\tThe key is wrong\.");
        (await ResultsAsync(house, job, terminal: true)).ShouldContain("\n" + words + "\n");
        var first = JsonElement.Parse((await ResultsAsync(house, job, options: "--json")).Split('\n')[0]);
        first.GetProperty("result").GetProperty("output").GetString().ShouldBe(words);
        first.TryGetProperty("said", out _).ShouldBeFalse();
    }

    private static async Task<string> SubmitAsync(PoolHouse house, object spec)
    {
        using var submitted = await house.Hub.Client.PostAsJsonAsync("/api/v1/jobs", new { spec }, Cancel);
        var job = (await submitted.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;
        await house.EndAsync(job);
        return job;
    }

    private static async Task<string> ResultsAsync(PoolHouse house, string job, bool terminal = false, params string[] options)
    {
        using var cockpit = new Cockpit();
        cockpit.SignIn(house.Hub);
        if (terminal)
        {
            cockpit.AtTerminal("");
        }

        (await cockpit.RunAsync(["job", "results", job, .. options])).ShouldBe(ExitCode.Ok);
        return cockpit.Out.ToString();
    }
}
