using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Hub.Jobs;
using Muster.Node.Folders;
using Muster.Testing.Models;
using Muster.Tests.Hub.Jobs;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Compute.Agents;

/// <summary>Agents of tasks on a real machine and the skills that it has.</summary>
public sealed class TaskSkillsTests
{
    private readonly ScriptedModel _model = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Skill_OfTheMachine_IsListedAndReadOnDemand()
    {
        await using var house = await HouseAsync();
        _model.Calls("skill", """{"name":"bake"}""").Says("Kneaded.");

        await RunAsync(house, "Bake bread", "file_write");

        var first = _model.Requests[0];
        first.System.ShouldContain("<name>bake</name><description>Bakes bread</description>");
        first.System.ShouldStartWith("You are a worker of Muster.");
        Names(first).ShouldBe(["file_write", "skill"]);
        ((ToolResultMessage)_model.Requests[1].Messages[^1]).Text.ShouldContain("Knead for ten minutes.");
    }

    [Fact]
    public async Task Skill_ThatIsNamed_IsTheOnlyOneAndTakesNoToolAway()
    {
        await using var house = await HouseAsync();
        _model.Says("Done.").Says("Done.");

        await RunAsync(house, "Bake bread", "bake");
        await RunAsync(house, "Brew tea", "brew", "file_read");

        var (baking, brewing) = (_model.Requests[0], _model.Requests[1]);
        baking.System.ShouldContain("Bakes bread");
        baking.System.ShouldNotContain("Brews tea");
        Names(baking).ShouldContain("shell");
        brewing.System.ShouldContain("Brews tea");
        Names(brewing).ShouldBe(["file_read", "skill"]);
    }

    [Fact]
    public async Task Skill_OfTheWorkingFolder_CountsOnceTheFolderIsTrusted()
    {
        await using var house = await HouseAsync();
        Put(house, Path.Combine("work", ".agents", "skills"), "roast", "Roasts coffee");
        _model.Says("Done.").Says("Done.");

        await RunAsync(house, "Roast");
        new TrustedFolders(house.HomeOf("node0")).Add(Path.Combine(house.HomeOf("node0"), "work"));
        await RunAsync(house, "Roast");

        _model.Requests[0].System.ShouldNotContain("Roasts coffee");
        _model.Requests[1].System.ShouldContain("Roasts coffee");
    }

    private async Task<PoolHouse> HouseAsync()
    {
        var house = await PoolHouse.StartAsync(Cancel, nodes: 0);
        await house.AddAsync("node0", model: _model);
        Put(house, "skills", "bake", "Bakes bread", "Knead for ten minutes.");
        Put(house, "skills", "brew", "Brews tea");
        return house;
    }

    private static void Put(PoolHouse house, string folder, string name, string description, string body = "See yourself.") => File.WriteAllText(
        Path.Combine(Directory.CreateDirectory(Path.Combine(house.HomeOf("node0"), folder, name)).FullName, "SKILL.md"), $"---\nname: {name}\ndescription: {description}\n---\n{body}");

    private static async Task RunAsync(PoolHouse house, string objective, params IReadOnlyList<string> skills)
    {
        var job = await house.SubmitAsync(new JobPlan { Name = "test", Steps = [new StepPlan { Id = "main", Runtime = TaskRuntime.Agent, Objective = objective, Skills = skills, TimeoutSeconds = 60 }] });
        (await house.EndAsync(job)).State.ShouldBe("succeeded");
    }

    private static IEnumerable<string> Names(ModelRequest request) => request.Tools.Select(tool => tool.Name);
}
