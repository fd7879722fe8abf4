using Muster.Agents.Providers;
using Muster.Cli;
using Muster.Node.Policy;
using Muster.Tests.Node.Assistant;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Commands;

/// <summary>Commands against a real hub with a real machine.</summary>
public sealed class AskTests : IDisposable
{
    private readonly Cockpit _cockpit = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("read nothing.txt", ExitCode.Failed, "That did not work")]
    [InlineData("list files", ExitCode.Ok, "The working folder is empty.")]
    [InlineData("hello", ExitCode.Ok, "Hello, I am Muster")]
    [InlineData("write a poem about the sea", ExitCode.Failed, "No model is configured, and this request needs one.")]
    [InlineData("check every 5 minutes whether the tests pass", ExitCode.Failed, "needs a model, and none is configured")]
    public async Task Ask_OfTheBuiltInRules_FailsWhereTheyOrTheirToolDid(string text, int code, string told)
    {
        await using var bench = await NodeBench.StartAsync(Cancel, options => options with { Models = new ModelCatalog([], TimeProvider.System) });
        _cockpit.SignIn(bench.Hub);

        (await _cockpit.RunAsync("ask", text)).ShouldBe(code);

        _cockpit.Out.ToString().ShouldContain(told);
    }

    [Fact]
    public async Task Ask_OfAModelThatGetsOverAFailedTool_IsDone()
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        bench.Model.Calls("file_read", """{"path":"nothing.txt"}""").Says("There is no such file.");
        _cockpit.SignIn(bench.Hub);

        (await _cockpit.RunAsync("ask", "read nothing.txt")).ShouldBe(ExitCode.Ok);
    }

    [Fact]
    public async Task Approvals_OfAChange_ShowWhatWouldChange()
    {
        await using var bench = await NodeBench.StartAsync(Cancel, options => options with { Policy = [PolicyRule.Parse("file_write", "*", "ask")] });
        await File.WriteAllTextAsync(Path.Combine(bench.Work, "a.txt"), "old line\n", Cancel);
        bench.Model.Calls("file_write", """{"path":"a.txt","content":"new line\n"}""").Says("Done.");
        await bench.Hub.ClaimAsync("correct horse battery");
        await bench.SayAsync("change it", Cancel);
        await bench.UntilAsync("approval", Cancel);
        _cockpit.SignIn(bench.Hub);

        (await _cockpit.RunAsync("approvals")).ShouldBe(ExitCode.Ok);

        var shown = _cockpit.Out.ToString();
        shown.ShouldContain("Folder: " + bench.Work);
        shown.ShouldContain("-old line");
        shown.ShouldContain("+new line");
    }

    public void Dispose() => _cockpit.Dispose();
}
