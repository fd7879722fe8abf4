using System.Text.Json;
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

        cockpit.Out.ToString().ShouldContain("Doubled: 42.");
        model.Requests[1].Messages[0].Text.ShouldContain("### step1\nThe number is 21.");
    }
}
