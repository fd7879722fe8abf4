using System.Text.Json;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Checklists;

/// <summary>PiBot's table of who does what, a line of it for each case, by the command that a person types.</summary>
[Collection(nameof(MultiHostHousehold))]
public sealed class AssignmentTableTests(MultiHostHousehold machines)
{
    [Theory]
    [InlineData("read notes/plan.md", "files", "home-pc")] // file operations stay where the files are
    [InlineData("what is a monad?", "hub", null)] // simple queries need no machine
    [InlineData("system status", "hub", null)] // nor does the state of the system
    [InlineData("download the weather data of 2025", "web", null)] // from the network: a machine with web
    [InlineData("read the humidity sensor", "gpio", null)] // hardware: a machine with pins
    [InlineData("render these 400 frames", "freest", null)] // heavy work: the freest
    [InlineData("write a script that renames pictures", "load", null)] // code: by load
    public async Task Plan_OfAKindOfWork_SaysWhereItGoes(string request, string placement, string? node)
    {
        (await machines.Household.RunAsync("ask", "/node home-pc")).Code.ShouldBe(0);

        var (code, output, error) = await machines.Household.RunAsync("plan", request, "--json");

        code.ShouldBe(0, error);
        var step = JsonElement.Parse(output).GetProperty("subtasks").EnumerateArray().ShouldHaveSingleItem();
        step.GetProperty("placement").GetString().ShouldBe(placement);
        step.GetProperty("why").GetString()!.ShouldNotBeEmpty();
        if (node is not null)
        {
            step.GetProperty("node").GetString().ShouldBe(node);
        }
    }

    [Fact]
    public async Task PlanRun_WorkOfTwoKinds_IsDoneWhereItBelongs()
    {
        var (code, output, error) = await machines.Household.RunAsync("plan", "--run", "on home-pc: $ echo one && pwd");

        code.ShouldBe(0, error);
        output.ShouldContain(machines.Household.HomeOf("home-pc"));
    }
}
