using Muster.Agents.Models;
using Muster.Node.Folders;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Assistant;

/// <summary>What the model is told by files: the owner's always, a folder's only when its owner trusts it.</summary>
public sealed class PromptTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AgentsFileAndSkills_CountOnlyInATrustedFolder()
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        bench.Model.Otherwise = _ => new Testing.Models.ScriptedAnswer().Text("ok");
        File.WriteAllText(Path.Combine(bench.Work, "AGENTS.md"), "Answer in rhymes.");
        var skill = Directory.CreateDirectory(Path.Combine(bench.Work, ".agents", "skills", "bake")).FullName;
        File.WriteAllText(Path.Combine(skill, "SKILL.md"), "---\nname: bake\ndescription: Bakes bread\n---\nKnead.");

        await bench.AskAsync("first", Cancel);
        new TrustedFolders(bench.Home).Add(bench.Work);
        await bench.AskAsync("second", Cancel);

        var (before, after) = (bench.Model.Requests[0], bench.Model.Requests[1]);
        before.System.ShouldNotContain("rhymes");
        before.System.ShouldNotContain("bake");
        Names(before).ShouldNotContain("skill");
        after.System.ShouldContain("Answer in rhymes.");
        after.System.ShouldContain("Bakes bread");
        Names(after).ShouldContain("skill");
    }

    [Fact]
    public async Task AgentsFile_ThatIsALinkOutOfTheFolder_IsNotRead()
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        var secret = Path.Combine(bench.Home, "credentials.json");
        File.WriteAllText(secret, "mk_secret");
        new TrustedFolders(bench.Home).Add(bench.Work);
        File.CreateSymbolicLink(Path.Combine(bench.Work, "AGENTS.md"), secret);
        bench.Model.Says("ok");

        await bench.AskAsync("go", Cancel);

        bench.Model.Requests[0].System.ShouldNotContain("mk_secret");
        bench.Model.Requests[0].System.ShouldContain("not read");
    }

    [Fact]
    public async Task Soul_OfTheOwner_ReplacesTheOneThatIsBuiltIn()
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        bench.Model.Otherwise = _ => new Testing.Models.ScriptedAnswer().Text("ok");

        await bench.AskAsync("first", Cancel);
        File.WriteAllText(Path.Combine(bench.Home, "soul.md"), "You are a lighthouse.");
        await bench.AskAsync("second", Cancel);

        bench.Model.Requests[0].System.Length.ShouldBeGreaterThan(200);
        bench.Model.Requests[0].System.ShouldNotContain("lighthouse");
        bench.Model.Requests[1].System.ShouldStartWith("You are a lighthouse.");
    }

    private static IEnumerable<string> Names(ModelRequest request) => request.Tools.Select(tool => tool.Name);
}
