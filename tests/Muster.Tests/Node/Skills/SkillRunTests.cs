using Muster.Agents.Messages;
using Muster.Tests.Node.Assistant;
using Muster.Tests.Node.Tools;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Skills;

/// <summary>A skill in a conversation, through hub and node.</summary>
public sealed class SkillRunTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_WithSkills_CallsOneAndTellsOfAnotherThatIsBroken()
    {
        using var tools = new ToolBench();
        await ToolBench.RequireSandboxAsync(tools);
        await using var bench = await NodeBench.StartAsync(Cancel);
        var folder = Directory.CreateDirectory(Path.Combine(bench.Home, "skills")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "tide.py"), "SKILL_META = {'parameters': {'port': {'type': 'string'}}}\nasync def execute(port): return 'high in ' + port", Cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "broken.py"), "import nothing_of_that_name", Cancel);
        bench.Model.Calls("tide", """{"port":"Hamburg"}""").Says("The tide is high.");

        (await bench.AskAsync("tell the tide of Hamburg now", Cancel)).ShouldBe("The tide is high.");

        ((ToolResultMessage)bench.Model.Requests[1].Messages[^1]).Text.ShouldBe("high in Hamburg");
        var thread = string.Join('\n', (await bench.ThreadAsync(Cancel)).Select(item => item.Data.GetRawText()));
        thread.ShouldContain("broken.py was left out: ModuleNotFoundError");
    }
}
