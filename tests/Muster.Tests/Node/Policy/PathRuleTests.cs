using System.Text.Json;
using Muster.Node.Policy;
using Muster.Node.Sandbox;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Policy;

/// <summary>Rules with a path, in a real folder: <c>docs</c> with a link into <c>secrets</c>, and <c>vault</c>, which is a link to <c>store</c>.</summary>
public sealed class PathRuleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PathRuleTests()
    {
        Directory.CreateDirectory(Path.Combine(Work, "docs"));
        Directory.CreateDirectory(Path.Combine(Work, "secrets", "deep"));
        Directory.CreateDirectory(Path.Combine(Work, "store"));
        File.CreateSymbolicLink(Path.Combine(Work, "docs", "out"), "../secrets");
        File.CreateSymbolicLink(Path.Combine(Work, "docs", "far"), Path.Combine(Work, "secrets", "deep"));
        File.CreateSymbolicLink(Path.Combine(Work, "docs", "loop"), "loop");
        File.CreateSymbolicLink(Path.Combine(Work, "vault"), "store");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "link"), Work);
    }

    private string Work => Path.Combine(_folder.Path, "work");

    [Theory]
    [InlineData("docs/a.cs", PolicyAction.Allow)]
    [InlineData("./docs/a.cs", PolicyAction.Allow)]
    [InlineData("~/docs//new/a.cs", PolicyAction.Allow)]
    [InlineData("src/../docs/a.cs", PolicyAction.Allow)]
    [InlineData("WORK/docs/a.cs", PolicyAction.Allow)]
    [InlineData("LINK/docs/a.cs", PolicyAction.Allow)]
    [InlineData("docs/../src/a.cs", PolicyAction.Ask)]
    [InlineData("docs/../../a.cs", PolicyAction.Ask)]
    [InlineData("docs/out/x", PolicyAction.Ask)]
    [InlineData("docs/out/../docs/x", PolicyAction.Ask)]
    [InlineData("docs/far/../x", PolicyAction.Ask)]
    [InlineData("docs/loop", PolicyAction.Ask)]
    [InlineData("docs/a\0b", PolicyAction.Ask)]
    public void Allow_IsForWhereThePathLeads(string path, PolicyAction expected) =>
        Decide(path, "file_write", new("file_write", "docs/*", PolicyAction.Allow), new("file_*", "*", PolicyAction.Ask)).ShouldBe(expected);

    [Theory]
    [InlineData("secrets/x")]
    [InlineData("./secrets/x")]
    [InlineData("~/secrets/x")]
    [InlineData("secrets//x")]
    [InlineData("docs/../secrets/x")]
    [InlineData("secrets/../a")]
    [InlineData("WORK/secrets/x")]
    [InlineData("LINK/secrets/x")]
    [InlineData("docs/out/x")]
    [InlineData("docs/far/../x")]
    public void DenyAndAsk_FitEitherSpelling(string path)
    {
        foreach (var tool in new[] { "file_read", "file_write", "file_edit", "file_list", "file_search", "file_send", "file_ops" })
        {
            Decide(path, tool, new PolicyRule("file_*", "secrets/*", PolicyAction.Deny)).ShouldBe(PolicyAction.Deny, tool);
            Decide(path, tool, new PolicyRule("file_*", "secrets/*", PolicyAction.Ask)).ShouldBe(PolicyAction.Ask, tool);
        }
    }

    [Theory]
    [InlineData("vault/x")]
    [InlineData("./vault/x")]
    [InlineData("WORK/docs/../vault/x")]
    public void Deny_OfALinksName_HoldsThoughItLeadsElsewhere(string path) =>
        Decide(path, "file_read", new PolicyRule("file_*", "vault/*", PolicyAction.Deny)).ShouldBe(PolicyAction.Deny);

    [Theory]
    [InlineData("docs/a", PolicyAction.Allow)]
    [InlineData("WORK/docs/a", PolicyAction.Allow)]
    [InlineData("docs/../a", PolicyAction.Deny)]
    public void Pattern_ThatIsAWholePath_FitsHoweverTheCallNamesIt(string path, PolicyAction expected) =>
        Decide(path, "file_read", new("file_read", Path.Combine(Work, "docs/*"), PolicyAction.Allow), new("file_read", Path.Combine(Work, "*"), PolicyAction.Deny)).ShouldBe(expected);

    [Theory]
    [InlineData("secrets/x", PolicyAction.Deny)]
    [InlineData("docs/out/x", PolicyAction.Deny)]
    [InlineData("docs/x", PolicyAction.Allow)]
    public void Send_OfAFileThatMayNotBeRead_MayNotBe(string path, PolicyAction expected) =>
        Decide(path, "file_send", new PolicyRule("file_read", "secrets/*", PolicyAction.Deny)).ShouldBe(expected);

    [Fact]
    public void Search_WithoutAPath_IsOneOfTheWorkingFolder() =>
        Policy(new PolicyRule("file_search", ".", PolicyAction.Deny)).Decide("file_search", JsonElement.Parse("""{"query":"x"}"""), ShellIsolation.Process).Action.ShouldBe(PolicyAction.Deny);

    [Theory]
    [InlineData("docs/../keys.txt", PolicyAction.Ask)]
    [InlineData("docs/out/x", PolicyAction.Ask)]
    [InlineData("docs/x", PolicyAction.Allow)]
    public void Copy_ByARule_IsForWhereThePathLeads(string path, PolicyAction expected) =>
        Policy(new PolicyRule("file_copy", "docs/*", PolicyAction.Allow)).DecideCopy("file_read", Arguments(path), PolicyDecision.Ask("another machine")).Action.ShouldBe(expected);

    [Theory]
    [InlineData("""{"path":"secrets/x"}""", PolicyAction.Deny)]
    [InlineData("""{"path":"docs/x"}""", PolicyAction.Ask)]
    [InlineData("""{"more":1,"path":"docs/x"}""", PolicyAction.Ask)]
    public void OtherTool_WithAPath_IsAllowedByAllOfItsArgumentsAlone(string arguments, PolicyAction expected) =>
        Policy(new("mcp__files__read", "secrets/*", PolicyAction.Deny), new("mcp__files__read", "docs/*", PolicyAction.Allow), new("mcp__files__read", "*", PolicyAction.Ask))
            .Decide("mcp__files__read", JsonElement.Parse(arguments), ShellIsolation.Process).Action.ShouldBe(expected);

    public void Dispose() => _folder.Dispose();

    private PolicyAction Decide(string path, string tool, params PolicyRule[] rules) => Policy(rules).Decide(tool, Arguments(path), ShellIsolation.Process).Action;

    private ToolPolicy Policy(params PolicyRule[] rules) => new(Path.Combine(_folder.Path, "link"), rules);

    private JsonElement Arguments(string path) => JsonSerializer.SerializeToElement(new
    {
        path = path.Replace("WORK", Work, StringComparison.Ordinal).Replace("LINK", Path.Combine(_folder.Path, "link"), StringComparison.Ordinal),
    });
}
