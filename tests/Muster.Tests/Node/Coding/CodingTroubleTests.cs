using System.Text.Json;
using Muster.Node.Policy;
using Muster.Testing;
using Muster.Tests.Node.Assistant;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Coding;

/// <summary>Agents that crash, hang, flood, ask for what they may not, and machines that restart under them.</summary>
public sealed class CodingTroubleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Agent_Crashes_SaysSoAndTheSessionGoesOn()
    {
        await using var bench = await CodingBench.StartAsync();

        (await bench.AskAsync("/new blog: crash", Cancel)).ShouldContain("small ended with exit code 3 without an answer: out of cheese");

        (await bench.AskAsync("/send blog: count", Cancel)).ShouldBe("prompt 2 of this conversation");
    }

    [Fact]
    public async Task Agent_SaysNothing_IsEndedAsHung()
    {
        await using var bench = await CodingBench.StartAsync(coding => coding with { Silence = TimeSpan.FromSeconds(1) });

        (await bench.AskAsync("/new blog: hang", Cancel)).ShouldContain("small said nothing for 1 s and was stopped as hung (coding.silence)");
    }

    [Fact]
    public async Task Prompt_LongerThanItsTimeout_IsStopped()
    {
        await using var bench = await CodingBench.StartAsync();

        (await bench.AskAsync("/new --timeout 5 blog: wait", Cancel)).ShouldContain("small was stopped after 5 s, the limit of this prompt");

        // It was asked first, and could end by itself.
        File.Exists(Path.Combine(bench.Work, "blog", "cancelled")).ShouldBeTrue();
    }

    [Fact]
    public async Task Stop_WhileAnAgentHangs_EndsItWithinASecond()
    {
        await using var bench = await CodingBench.StartAsync();
        await bench.SayAsync("/new blog: unasked sleep 98765", Cancel);
        await Eventually.TrueAsync(() => Sleeping(), Cancel);

        await bench.SayAsync("/stop", Cancel);

        (await bench.UntilAsync("agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("aborted");
        await Eventually.TrueAsync(() => !Sleeping(), Cancel);
        (await bench.AskAsync("/send blog: say still here", Cancel)).ShouldBe("still here");
    }

    [Theory]
    [InlineData("flood", " end")]
    [InlineData("noise", "clear")]
    [InlineData("longline", "It wrote a line of more than 16 MiB")]
    [InlineData("refuse", "It refused this request.")]
    public async Task Agent_ThatMisbehaves_CostsNothingButItsAnswer(string prompt, string answer)
    {
        await using var bench = await CodingBench.StartAsync();

        var said = await bench.AskAsync($"/new blog: {prompt}", Cancel);

        said.ShouldContain(answer.Trim());
        said.Length.ShouldBeLessThan(200_000);
        new DirectoryInfo(Path.Combine(bench.Work, "audit")).EnumerateFiles().Sum(file => file.Length).ShouldBeLessThan(1_000_000);
    }

    [Theory]
    [InlineData("allow", "write: yes", true)]
    [InlineData("deny", "write: no", false)]
    public async Task Permission_ThatTheOwnersRuleAsksFor_IsAnApprovalWithTheDiff(string decision, string answer, bool written)
    {
        await using var bench = await CodingBench.StartAsync(rules: [new PolicyRule("file_*", "*", PolicyAction.Ask)]);
        var asked = await bench.AskingAsync("/new blog: write a.txt hello world");

        asked.GetProperty("tool").GetString().ShouldBe("file_edit");
        asked.GetProperty("folder").GetString().ShouldBe(Path.Combine(bench.Work, "blog"));
        asked.GetProperty("arguments").GetProperty("path").GetString().ShouldBe("blog/a.txt");
        asked.GetProperty("arguments").GetProperty("diff").GetString().ShouldBe("+hello world\n");
        asked.GetProperty("reason").GetString()!.ShouldStartWith("small wants to do this in the coding session blog.");
        await bench.AnswerAsync(asked, decision);
        if (written)
        {
            // The file is written by this machine, which asks about that as well.
            await bench.AnswerAsync(await bench.UntilAsync("approval", Cancel, data => data.GetProperty("tool").GetString() == "file_write"), decision);
        }

        (await bench.EndAsync()).ShouldBe(answer);
        File.Exists(Path.Combine(bench.Work, "blog", "a.txt")).ShouldBe(written);
    }

    [Theory]
    [InlineData("run rm -rf /", "Refused")]
    [InlineData("run curl http://x.test", "no")]
    public async Task Permission_ForbiddenByRuleOrGuard_IsRefusedWithoutAsking(string prompt, string answer)
    {
        await using var bench = await CodingBench.StartAsync(rules: [new PolicyRule("shell", "curl *", PolicyAction.Deny)]);

        (await bench.AskAsync($"/new blog: {prompt}", Cancel)).ShouldBe("run: no");

        (await File.ReadAllTextAsync(Path.Combine(bench.Work, "audit", $"{await bench.SessionAsync()}.jsonl"), Cancel)).ShouldContain(answer == "no" ? "forbids shell" : answer);
    }

    [Fact]
    public async Task Permission_AgainstASentenceOfTheOwner_IsRefused()
    {
        var options = CodingBench.Options();
        await using var bench = await NodeBench.StartAsync(Cancel, given => options(given) with { Rules = ["never touch secrets"] });

        await bench.AskAsync("/new blog", Cancel);
        // In files, as the prompt itself is a call that is held to the sentence.
        await File.WriteAllTextAsync(Path.Combine(bench.Work, "blog", "command"), """{"title":"cat","kind":"execute","rawInput":{"command":"cat secrets/key"}}""", Cancel);
        await File.WriteAllTextAsync(Path.Combine(bench.Work, "blog", "path"), """{"title":"look","kind":"read","locations":[{"path":"secrets/key"}]}""", Cancel);

        (await bench.AskAsync("/send blog: call @command", Cancel)).ShouldBe("call: no");
        (await bench.AskAsync("/send blog: call @path", Cancel)).ShouldBe("call: no");
        (await bench.AskAsync("/send blog: run echo other", Cancel)).ShouldBe("run: other");
        (await File.ReadAllTextAsync(Path.Combine(bench.Work, "audit", $"{await bench.SessionAsync()}.jsonl"), Cancel)).ShouldContain("never touch secrets");
    }

    [Theory]
    [InlineData("""{"title":"mcp__x","kind":"other","rawInput":{"path":"$HOME/x"}}""", "forbids agent:mcp__x")]
    [InlineData("""{"title":"mcp__x","kind":"other","rawInput":{"path":7}}""", "forbids agent:mcp__x")]
    [InlineData("""{"title":"look","kind":"read","locations":[{"path":"loop"}]}""", "leads nowhere")]
    [InlineData("""{"title":"look","kind":"read","locations":[{"path":"a\u0000b"}]}""", "leads nowhere")]
    [InlineData("""{"title":"look","kind":"read","locations":[{"path":"~/secrets/x"}]}""", "full path")]
    [InlineData("""{"title":"look","kind":"read","locations":[{"path":"out/../x"}]}""", "programs differ")]
    [InlineData("""{"title":"look","kind":"read","locations":[{"path":"./secrets/x"}]}""", "forbids file_read")]
    public async Task Permission_HoweverItIsAskedFor_IsAnsweredByTheRules(string call, string why)
    {
        await using var bench = await CodingBench.StartAsync(coding => coding with { Timeout = TimeSpan.FromSeconds(10) }, new("agent:*", "*", PolicyAction.Deny), new("file_*", "blog/secrets/*", PolicyAction.Deny));
        await bench.AskAsync("/new blog", Cancel);
        var blog = Path.Combine(bench.Work, "blog");
        Directory.CreateDirectory(Path.Combine(blog, "secrets", "deep"));
        File.CreateSymbolicLink(Path.Combine(blog, "loop"), "loop");
        File.CreateSymbolicLink(Path.Combine(blog, "out"), "secrets/deep");

        (await bench.AskAsync($"/send blog: call {call}", Cancel)).ShouldBe("call: no");

        (await File.ReadAllTextAsync(Path.Combine(bench.Work, "audit", $"{await bench.SessionAsync()}.jsonl"), Cancel)).ShouldContain(why);
    }

    [Fact]
    public async Task Permission_ThatCannotBeWrittenDown_IsRefused()
    {
        await using var bench = await CodingBench.StartAsync(null, new PolicyRule("shell", "*", PolicyAction.Ask));
        var asked = await bench.AskingAsync("""/new --timeout 10 blog: call {"title":"ls","kind":"execute","rawInput":{"command":"ls"}}""");
        var told = Path.Combine(bench.Work, "blog", "told");
        using (await Unwritable.RecordAsync(bench))
        {
            await bench.AnswerAsync(asked, "allow");
            await Eventually.TrueAsync(() => File.Exists(told) && File.ReadAllText(told).Length > 0, Cancel);
        }

        (await File.ReadAllTextAsync(told, Cancel)).ShouldBe("no");
    }

    [Fact]
    public async Task Agent_WhoseLastWordsCannotBeWrittenDown_IsEndedAllTheSame()
    {
        await using var bench = await CodingBench.StartAsync();
        await bench.SayAsync("/new blog: wait", Cancel);
        await bench.UntilAsync("tool_execution_update", Cancel);
        Works(bench).ShouldBeTrue();

        using (await Unwritable.RecordAsync(bench))
        {
            await bench.SayAsync("/stop", Cancel);
            await bench.UntilAsync("agent_end", Cancel);
        }

        await Eventually.TrueAsync(() => !Works(bench), Cancel);
    }

    [Fact]
    public async Task Close_WhatTheAgentLeftCannotBeRemoved_SaysWhere()
    {
        await using var bench = await CodingBench.StartAsync();
        await bench.AskAsync("/new blog: say one", Cancel);
        var home = Path.Combine(bench.Home, "coding", await bench.SessionAsync());
        using var disk = SmallDisk.Mount(Path.Combine(home, "cache"), 1);
        Assert.SkipWhen(disk is null, "No disk can be mounted here.");

        var said = await bench.AskAsync("/close", Cancel);

        said.ShouldContain("(blog) is closed.");
        said.ShouldContain(home);
        (await bench.AskAsync("/close", Cancel)).ShouldContain("There is no coding session open here.");
    }

    [Fact]
    public async Task Permission_ForACommandThatIsCalledAnotherKind_IsThatOfTheCommand()
    {
        await using var bench = await CodingBench.StartAsync(rules: [new PolicyRule("shell", "curl *", PolicyAction.Deny)]);

        (await bench.AskAsync("/new blog: look curl http://x.test", Cancel)).ShouldBe("look: no");
        (await bench.AskAsync("/send blog: look ls", Cancel)).ShouldBe("look: yes");
    }

    [Fact]
    public async Task Files_OutsideOfTheProject_AreNeitherReadNorWritten()
    {
        await using var bench = await CodingBench.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(bench.Work, "other.txt"), "secret", Cancel);
        await bench.AskAsync("/new blog", Cancel);
        File.CreateSymbolicLink(Path.Combine(bench.Work, "blog", "link"), Path.Combine(bench.Work, "other.txt"));

        (await bench.AskAsync($"/send blog: put {bench.Work}/other.txt x", Cancel)).ShouldContain("outside the working folder");
        (await bench.AskAsync($"/send blog: put {bench.Work}/blog/../other.txt x", Cancel)).ShouldContain("outside the working folder");
        (await bench.AskAsync($"/send blog: put {bench.Work}/blog/link x", Cancel)).ShouldContain("outside the working folder");
        (await bench.AskAsync($"/send blog: read {bench.Work}/blog/link", Cancel)).ShouldContain("outside the working folder");
        (await bench.AskAsync("/send blog: read /etc/passwd", Cancel)).ShouldContain("outside the working folder");
        (await bench.AskAsync($"/send blog: unasked cat {bench.Work}/other.txt", Cancel)).ShouldContain("No such file");
        (await File.ReadAllTextAsync(Path.Combine(bench.Work, "other.txt"), Cancel)).ShouldBe("secret");
    }

    [Fact]
    public async Task Sandbox_OfAnAgent_HidesHomesAndSecretsAndOtherSessions()
    {
        await using var bench = await CodingBench.StartAsync(coding => coding with { Environment = ["LANG"] });
        await File.WriteAllTextAsync(Path.Combine(bench.Home, "node.json"), "secret", Cancel);
        await bench.AskAsync("/new other", Cancel);

        var seen = await bench.AskAsync($"/new blog: unasked ls {bench.Home} {bench.Home}/coding; ls -d {bench.Work}/*; env | cut -d= -f1 | sort | tr '\\n' ' '; touch /usr/x $HOME/mine && ls $HOME", Cancel);

        seen.ShouldNotContain("node.json");
        seen.ShouldNotContain("/other");
        seen.ShouldContain("Read-only file system");
        seen.ShouldContain("HOME LANG MUSTER_CALL ");
        Directory.GetDirectories(Path.Combine(bench.Home, "coding")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Project_ThatIsTheWorkingFolderItself_HidesHomesAndKeepsTheRecords()
    {
        var options = CodingBench.Options();
        await using var bench = await NodeBench.StartAsync(Cancel, given => options(given with { Tools = given.Tools with { WorkingDir = Path.GetDirectoryName(given.Tools.Home)! } }));
        await File.WriteAllTextAsync(Path.Combine(bench.Home, "node.json"), "secret", Cancel);

        var seen = await bench.AskAsync("/new .: unasked ls home; echo x > sessions.json; echo x > mine.txt; echo x > $HOME/own && ls $HOME", Cancel);

        seen.ShouldNotContain("node.json");
        seen.ShouldContain("sessions.json: Read-only file system");
        seen.ShouldContain("own");
        File.Exists(Path.Combine(Path.GetDirectoryName(bench.Home)!, "mine.txt")).ShouldBeTrue();
    }

    [Fact]
    public async Task Records_AreReadableAndToolsCannotChangeThem()
    {
        await using var bench = await CodingBench.StartAsync();
        await bench.AskAsync("/new blog: say hello", Cancel);
        var id = await bench.SessionAsync();
        var record = $"audit/{id}.jsonl";

        bench.Model.Calls("file_read", $$"""{"path":"{{record}}","tail":50}""").Calls("file_write", $$"""{"path":"./audit/../{{record}}","content":"x"}""")
            .Calls("file_write", """{"path":"sessions.json","content":"x","append":true}""").Says("Done.");
        await bench.AskAsync("show me the last 50 lines", Cancel);
        var results = bench.Model.Requests[^1].Messages.OfType<Muster.Agents.Messages.ToolResultMessage>().Select(result => result.Text).TakeLast(3).ToList();
        results[0].ShouldContain("say hello");
        results[1].ShouldContain("written by Muster alone");
        results[2].ShouldContain("written by Muster alone");

        var shell = await bench.AskAsync($"/shell rm -f sessions.json; echo x > {record}; mv audit b; ln {record} c; cat sessions.json | head -3", Cancel);
        shell.ShouldContain("Read-only file system");
        shell.ShouldContain(id);
        JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(bench.Work, "sessions.json"), Cancel)).GetArrayLength().ShouldBe(1);
        File.Exists(Path.Combine(bench.Work, record)).ShouldBeTrue();
        File.Exists(Path.Combine(bench.Work, "c")).ShouldBeFalse();
    }

    [Fact]
    public async Task Node_Restarts_SessionsAndModesStayAndTheAgentRemembers()
    {
        await using var bench = await CodingBench.StartAsync();
        await bench.AskAsync("/new blog: count", Cancel);
        await bench.AskAsync("/direct", Cancel);

        await bench.DownAsync();
        await bench.UpAsync(Cancel, CodingBench.Options());

        (await bench.AskAsync("count", Cancel)).ShouldStartWith("prompt 2 of this conversation");
        (await bench.AskAsync("/shell echo x > sessions.json", Cancel)).ShouldContain("Read-only file system");
    }

    [Fact]
    public async Task Node_StartsInAnotherFolder_LeavesThatFolderAlone()
    {
        await using var bench = await CodingBench.StartAsync();
        await bench.AskAsync("/new blog", Cancel);
        var other = Directory.CreateDirectory(Path.Combine(bench.Work, "..", "other")).FullName;
        await File.WriteAllTextAsync(Path.Combine(other, "sessions.json"), "mine", Cancel);
        var options = CodingBench.Options();

        await bench.DownAsync();
        await bench.UpAsync(Cancel, given => options(given with { Tools = given.Tools with { WorkingDir = other } }));

        (await bench.AskAsync("/close", Cancel)).ShouldContain("There is no coding session open here.");
        (await bench.AskAsync("/shell echo more >> sessions.json", Cancel)).ShouldContain("Done");
        (await File.ReadAllTextAsync(Path.Combine(other, "sessions.json"), Cancel)).ShouldBe("minemore\n");
    }

    [Fact]
    public async Task Node_RestartsInTheMiddleOfAPrompt_SaysSoAndTheSessionGoesOn()
    {
        await using var bench = await CodingBench.StartAsync();
        await bench.SayAsync("/new blog: wait", Cancel);
        await bench.UntilAsync("tool_execution_update", Cancel);

        await bench.DownAsync();
        await bench.UpAsync(Cancel, CodingBench.Options());

        (await bench.EndAsync()).ShouldContain("restart", Case.Insensitive);
        (await bench.AskAsync("/send blog: count", Cancel)).ShouldBe("prompt 2 of this conversation");
    }

    [Fact]
    public async Task Agent_ThatForgot_BeginsAnewAndSaysSo()
    {
        await using var bench = await CodingBench.StartAsync();
        await bench.AskAsync("/new blog: say one", Cancel);
        File.Delete(Path.Combine(bench.Home, "coding", await bench.SessionAsync(), "acp-memory.json"));

        (await bench.AskAsync("/send blog: count", Cancel)).ShouldBe(
            "prompt 1 of this conversation\n\n[small does not know the earlier conversation of this session any more; this was the first message of a new one.]");
    }

    [Fact]
    public async Task Agent_NotLoggedIn_SaysWhatToDo()
    {
        await using var bench = await CodingBench.StartAsync();
        await bench.AskAsync("/new blog", Cancel);
        var home = Directory.CreateDirectory(Path.Combine(bench.Home, "coding", await bench.SessionAsync()));
        await File.WriteAllTextAsync(Path.Combine(home.FullName, "logged-out"), "", Cancel);

        (await bench.AskAsync("/send blog: say hi", Cancel)).ShouldContain("small is not logged in.");
    }

    private static bool Sleeping() => Runs(line => line.StartsWith("sleep\098765", StringComparison.Ordinal));

    /// <summary>Whether an agent of this bench is there.</summary>
    private static bool Works(NodeBench bench) => Runs(line => line.Contains(Path.Combine(bench.Home, "coding"), StringComparison.Ordinal));

    private static bool Runs(Func<string, bool> isIt) => Directory.EnumerateDirectories("/proc").Any(folder =>
    {
        try
        {
            return int.TryParse(Path.GetFileName(folder), out _) && isIt(File.ReadAllText(Path.Combine(folder, "cmdline")));
        }
        catch (IOException)
        {
            return false;
        }
    });

    /// <summary>The record of the only session, where nothing can be written to it until the end.</summary>
    private sealed class Unwritable : IDisposable
    {
        private readonly string _file;

        private Unwritable(string file)
        {
            _file = file;
            File.Move(file, file + ".kept");
            Directory.CreateDirectory(file);
        }

        public static async Task<Unwritable> RecordAsync(NodeBench bench) => new(Path.Combine(bench.Work, "audit", $"{await bench.SessionAsync()}.jsonl"));

        public void Dispose()
        {
            Directory.Delete(_file);
            File.Move(_file + ".kept", _file);
        }
    }
}
