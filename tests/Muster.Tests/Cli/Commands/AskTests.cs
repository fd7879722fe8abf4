using Muster.Agents.Providers;
using Muster.Cli;
using Muster.Node.Policy;
using Muster.Testing.Models;
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

    [Theory]
    [InlineData("/undo")]
    [InlineData("@nas /undo")]
    [InlineData("undo")]
    public async Task Ask_WhatIsAboutAConversation_GoesOnInTheLastOne(string text)
    {
        await using var bench = await NodeBench.StartAsync(Cancel, options => options with { Models = new ModelCatalog([], TimeProvider.System) });
        _cockpit.SignIn(bench.Hub);
        await _cockpit.RunAsync("ask", "write \"hello\" to notes.txt");

        await _cockpit.RunAsync("ask", text);

        File.Exists(Path.Combine(bench.Work, "notes.txt")).ShouldBe(text == "undo");
    }

    [Fact]
    public async Task Ask_WhileAnotherTerminalAsksForTheStatus_ShowsItsOwnAnswerAlone()
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        var go = new TaskCompletionSource();
        bench.Model.Then(new ScriptedAnswer().WaitFor(go.Task).Text("It is done."));
        _cockpit.SignIn(bench.Hub);
        var first = _cockpit.RunAsync("ask", "do it all");
        await bench.Model.NextRequestAsync(Cancel);
        using var status = new StringWriter();

        await _cockpit.RunAsync(_cockpit.Surroundings with { Out = status, Error = status }, "ask", "/status");
        go.SetResult();

        (await first).ShouldBe(ExitCode.Ok);
        status.ToString().ShouldContain("is working");
        _cockpit.Out.ToString().ShouldContain("It is done.");
        (_cockpit.Out.ToString() + _cockpit.Error).ShouldNotContain("is working");
    }

    [Theory]
    [InlineData("yes", false)]
    [InlineData("好的。", false)]
    [InlineData("no", true)]
    [InlineData("yes it is", true)]
    public async Task Ask_AnAnswerAlone_IsToWhatWasAskedBefore(string text, bool stays)
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        bench.Model.Calls("file_write", """{"path":"notes.txt","content":"a"}""").Calls("file_write", """{"path":"other.txt","content":"b"}""").Says("Done.").Says("Is it?");
        _cockpit.SignIn(bench.Hub);
        await _cockpit.RunAsync("ask", "write both");
        var notes = Path.Combine(bench.Work, "notes.txt");
        await File.WriteAllTextAsync(Path.Combine(bench.Work, "other.txt"), "changed since", Cancel);
        await _cockpit.RunAsync("ask", "/undo");
        File.Exists(notes).ShouldBeTrue();

        await _cockpit.RunAsync("ask", text);

        File.Exists(notes).ShouldBe(stays);
    }

    [Theory]
    [InlineData("/hlep")]
    [InlineData("/node nsa")]
    [InlineData("/remind 0m x")]
    public async Task Ask_ACommandThatIsRefused_Fails(string command)
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        _cockpit.SignIn(bench.Hub);

        (await _cockpit.RunAsync("ask", command)).ShouldBe(ExitCode.Failed);
    }

    [Fact]
    public async Task Group_OfCommandsAlone_IsItsList()
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        _cockpit.SignIn(bench.Hub);
        await _cockpit.RunAsync("schedule", "add", "tomorrow at 9", "call", "Bob");

        (await _cockpit.RunAsync("schedule")).ShouldBe(ExitCode.Ok);
        _cockpit.Out.ToString().ShouldContain("call Bob");
        (await _cockpit.RunAsync()).ShouldBe(ExitCode.Ok);
        _cockpit.Out.ToString().ShouldContain("one assistant and one pool of compute");
    }

    [Fact]
    public async Task Ask_PipeThatStaysOpen_SaysWhatItWaitsForAndEndsWithItsTimeout()
    {
        using var pipe = new OpenPipe();

        var asking = _cockpit.RunAsync(_cockpit.Surroundings with { In = pipe }, "ask", "--timeout", "1.5s", "is the backup done?");

        (await asking.WaitAsync(TimeSpan.FromSeconds(30), Cancel)).ShouldBe(ExitCode.TimedOut);
        _cockpit.Error.ToString().ShouldStartWith("Waiting for the end of standard input, which is asked about together with your words. If nothing is meant to come from there: muster ask … </dev/null\n");
    }

    [Fact]
    public async Task Ask_PipeAlone_IsWaitedForInSilence()
    {
        using var pipe = new OpenPipe();

        var asking = _cockpit.RunAsync(_cockpit.Surroundings with { In = pipe }, "ask", "--timeout", "1.5s");

        (await asking.WaitAsync(TimeSpan.FromSeconds(30), Cancel)).ShouldBe(ExitCode.TimedOut);
        _cockpit.Error.ToString().ShouldBe("muster: no answer within 1.5 s.\n");
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
        shown.ShouldContain(" change it");
        shown.ShouldContain("Folder: " + bench.Work);
        shown.ShouldContain("-old line");
        shown.ShouldContain("+new line");
    }

    public void Dispose() => _cockpit.Dispose();

    /// <summary>Standard input whose other end nobody writes to or closes. It blocks its reader, as a console's does.</summary>
    private sealed class OpenPipe : TextReader
    {
        private readonly ManualResetEventSlim _closed = new();

        public override int Read(char[] buffer, int index, int count)
        {
            _closed.Wait();
            return 0;
        }

        public override string ReadToEnd() => Read([], 0, 0) == 0 ? "" : throw new InvalidOperationException();

        protected override void Dispose(bool disposing)
        {
            _closed.Set();
            base.Dispose(disposing);
        }
    }
}
