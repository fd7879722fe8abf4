using Muster.Hub.Chat.Assistant;
using Muster.Testing;
using Muster.Tests.Tidy;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Chat.Assistant;

/// <summary>What the product says must be in the prompts of the hub and of a task's worker.</summary>
public sealed class SoulTests
{
    [Theory]
    [InlineData("## Decision matrix", "| Simple: a greeting", "| Moderate:", "| Complex:")]
    [InlineData("## Looking after machines", "`nodes`", "File work belongs to the machine that has the file", "`gpio`", "`web`", "freest", "least load")]
    [InlineData("## Communication", "language of the person's last message")]
    [InlineData("## Response templates", "A fact:", "The state of the fleet:", "Nobody can do it now:")]
    [InlineData("## Examples", "- Simple,", "- State,", "- Moderate,", "- Complex,", "- Trouble,")]
    public void Hub_Section_HoldsWhatItMust(string section, params string[] expected)
    {
        using var home = new TemporaryFolder();
        var soul = new HubPrompt(home.Path, TimeProvider.System).Soul();

        var from = soul.IndexOf(section + "\n", StringComparison.Ordinal);
        from.ShouldBeGreaterThanOrEqualTo(0, section);
        var next = soul.IndexOf("\n## ", from + 1, StringComparison.Ordinal);
        var text = soul[from..(next < 0 ? soul.Length : next)];
        expected.ShouldAllBe(part => text.Contains(part, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Execute the task")]
    [InlineData("Use only the tools and skills named")]
    [InlineData("\"success\": true")]
    [InlineData("\"error\"")]
    [InlineData("\"context\"")]
    [InlineData("no memory")]
    [InlineData("local files only")]
    public void Worker_HoldsWhatItMust(string part) =>
        File.ReadAllText(Path.Combine(SourceTree.Root, "src/Muster.Node/Prompts/worker_soul.md")).ShouldContain(part);

    [Fact]
    public void Hub_OwnFileOfTheHome_ReplacesIt()
    {
        using var home = new TemporaryFolder();
        File.WriteAllText(Path.Combine(home.Path, "hub_soul.md"), "You are a parrot.");
        File.WriteAllText(Path.Combine(home.Path, "soul.md"), "You are the machine's.");

        new HubPrompt(home.Path, TimeProvider.System).Build().ShouldStartWith("You are a parrot.");
    }
}
