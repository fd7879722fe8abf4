using System.Net.Http.Json;
using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Node.Policy;
using Muster.Testing;
using Muster.Testing.Models;
using Muster.Tests.Node.Assistant;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Coding;

/// <summary>Opening, naming, switching and closing sessions by commands.</summary>
public sealed class CodingSessionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task New_WithAPrompt_OpensAFolderAndAnswers()
    {
        await using var bench = await CodingBench.StartAsync();

        (await bench.AskAsync("/new todo_app: say hello there", Cancel)).ShouldBe("hello there");

        Directory.Exists(Path.Combine(bench.Work, "todo_app")).ShouldBeTrue();
        var session = (await bench.SessionsAsync()).ShouldHaveSingleItem();
        session.GetProperty("project").GetString().ShouldBe("todo_app");
        session.GetProperty("agent_session").GetString().ShouldBe("acp_1");
        var audit = await File.ReadAllLinesAsync(Path.Combine(bench.Work, "audit", $"{session.GetProperty("id").GetString()}.jsonl"), Cancel);
        audit.Select(line => JsonElement.Parse(line)).Select(entry => $"{entry.GetProperty("kind").GetString()} {entry.GetProperty("text").GetString()}")
            .ShouldBe(["prompt say hello there", "text hello there", "end completed"]);
    }

    [Theory]
    [InlineData("/new todo_app say one", "one")]
    [InlineData("/new --timeout 50 todo_app: say two", "two")]
    [InlineData("/new --agent small todo_app： say 三", "三")]
    [InlineData("/new my app: say http://x.test/a: b", "http://x.test/a: b")]
    public async Task New_HoweverItIsWritten_TakesNameAndPromptApart(string command, string answer)
    {
        await using var bench = await CodingBench.StartAsync();

        (await bench.AskAsync(command, Cancel)).ShouldBe(answer);
    }

    [Fact]
    public async Task New_ThatMayTakeOverAMinute_AnswersAtOnceAndTellsItsEnd()
    {
        await using var bench = await CodingBench.StartAsync();

        (await bench.AskAsync("/new --timeout 120 todo_app: say two", Cancel)).ShouldMatch("^⏳ Task #[0-9a-z]{6} started. I'll notify you when it's done.$");
        var told = await bench.UntilAsync("notice", Cancel, data => data.GetProperty("text").GetString()!.StartsWith('✅'));

        told.GetProperty("text").GetString().ShouldNotBeNull().Split('\n')[1..].ShouldBe(["/new --timeout 120 todo_app: say two", "two"]);
    }

    [Fact]
    public async Task RunBackground_WithAPrompt_OpensASession_UsesItAgain_AndTellsItsEnd()
    {
        await using var bench = await CodingBench.StartAsync();
        bench.Model.Calls("run_background", """{"prompt": "say one", "session": "todo_app"}""").Says("Started.").Calls("run_background", """{"prompt": "say two", "session": "todo_app", "then": "report"}""").Says("Again.")
            .Says("Reported.");

        await bench.AskAsync("have the coding agent say one", Cancel);
        var first = await bench.UntilAsync("notice", Cancel, data => data.GetProperty("text").GetString()!.StartsWith('✅'));
        await bench.AskAsync("and once more", Cancel);
        var second = await bench.UntilAsync("notice", Cancel, data => data.GetProperty("text").GetString()!.EndsWith("two", StringComparison.Ordinal));

        first.GetProperty("text").GetString()!.Split('\n')[1..].ShouldBe(["todo_app: say one", "one"]);
        second.GetProperty("text").GetString()!.Split('\n')[1..].ShouldBe(["todo_app: say two", "two"]);
        (await bench.SessionsAsync()).ShouldHaveSingleItem().GetProperty("project").GetString().ShouldBe("todo_app");
        await bench.UntilAsync("message_end", Cancel, data => data.GetRawText().Contains("Reported.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"prompt": "say one"}""", "There is no coding session")]
    [InlineData("""{"prompt": "say one", "session": "../x"}""", "is no name of a project")]
    [InlineData("""{"prompt": "say one", "session": "blog", "agent": "nobody"}""", "There is no coding agent")]
    [InlineData("""{"prompt": "say one", "session": "blog", "cwd": "apps"}""", "works in its project")]
    [InlineData("""{"prompt": "say one", "command": "true"}""", "needs one of")]
    [InlineData("""{"then": "report"}""", "needs one of")]
    public async Task RunBackground_ThatCannotBe_IsRefusedAtOnce(string arguments, string sentence)
    {
        await using var bench = await CodingBench.StartAsync();
        bench.Model.Calls("run_background", arguments).Says("No.");

        await bench.AskAsync("do it in the background", Cancel);

        var told = await bench.UntilAsync("tool_execution_end", Cancel);
        told.GetProperty("is_error").GetBoolean().ShouldBeTrue();
        told.GetProperty("text").GetString()!.ShouldContain(sentence);
    }

    [Theory]
    [InlineData("coding_session", "new blog*")]
    [InlineData("coding_session", "*")]
    [InlineData("run_background", "*")]
    public async Task RunBackground_WithAPrompt_IsUnderTheRulesOfCodingSessions(string tool, string pattern)
    {
        await using var bench = await CodingBench.StartAsync(null, PolicyRule.Parse(tool, pattern, "deny"));
        bench.Model.Calls("run_background", """{"prompt": "say one", "session": "blog"}""").Says("No.");

        await bench.AskAsync("do it in the background", Cancel);

        (await bench.UntilAsync("tool_execution_end", Cancel)).GetProperty("text").GetString()!.ShouldContain("forbids");
    }

    [Fact]
    public async Task New_WithoutAPrompt_OnlyOpens()
    {
        await using var bench = await CodingBench.StartAsync();

        (await bench.AskAsync("/new blog", Cancel)).ShouldStartWith($"Session #{await bench.SessionAsync()} is open: blog with small.");
    }

    [Theory]
    [InlineData("/new ../x: say hi", "is no name of a project")]
    [InlineData("/new /etc: say hi", "is no name of a project")]
    [InlineData("/new -rf: say hi", "is no name of a project")]
    [InlineData("/new a/../../b: say hi", "is no name of a project")]
    [InlineData("/new .git: say hi", "is no name of a project")]
    [InlineData("/new audit: say hi", "keeps its record")]
    [InlineData("/new apps/none: say hi", "Make it first")]
    [InlineData("/new out: say hi", "outside the working folder")]
    [InlineData("/new --agent nobody blog: say hi", "There is no coding agent \"nobody\"")]
    public async Task New_NameThatLeadsAstray_IsRefused(string command, string sentence)
    {
        await using var bench = await CodingBench.StartAsync();
        Directory.CreateSymbolicLink(Path.Combine(bench.Work, "out"), bench.Home);

        (await bench.AskAsync(command, Cancel)).ShouldContain(sentence);

        File.Exists(Path.Combine(bench.Work, "sessions.json")).ShouldBeFalse();
    }

    [Fact]
    public async Task New_NoAgentInstalled_SaysWhatToDo()
    {
        await using var bench = await CodingBench.StartAsync(coding => coding with { Agent = null, Agents = [], ProgramPath = "/nowhere" });

        (await bench.AskAsync("/new blog: say hi", Cancel)).ShouldContain("No coding agent is installed on this machine.");
    }

    [Fact]
    public async Task New_MoreThanTheMost_IsRefused()
    {
        await using var bench = await CodingBench.StartAsync(coding => coding with { Most = 2 });
        await bench.AskAsync("/new one", Cancel);
        await bench.AskAsync("/new two", Cancel);

        (await bench.AskAsync("/new three", Cancel)).ShouldContain("2 coding sessions are open on this machine, which is the most (coding.most).");

        await bench.AskAsync("/close one", Cancel);
        (await bench.AskAsync("/new three", Cancel)).ShouldContain("is open: three");
    }

    [Fact]
    public async Task New_PersonsOwnFileOfThatName_IsLeftAlone()
    {
        await using var bench = await CodingBench.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(bench.Work, "sessions.json"), "mine", Cancel);

        (await bench.AskAsync("/new blog", Cancel)).ShouldContain("is not Muster's");

        (await File.ReadAllTextAsync(Path.Combine(bench.Work, "sessions.json"), Cancel)).ShouldBe("mine");
    }

    [Fact]
    public async Task Status_SwitchAndClose_NumberTheSessionsAndMarkTheActiveOne()
    {
        await using var bench = await CodingBench.StartAsync();
        await bench.AskAsync("/new todo_app", Cancel);
        await bench.AskAsync("/new blog", Cancel);
        var ids = (await bench.SessionsAsync()).Select(session => session.GetProperty("id").GetString()).ToList();
        await Eventually.TrueAsync(async () => (await bench.CommandAsync("/status")).Contains("[ACTIVE]", StringComparison.Ordinal), Cancel);

        (await bench.CommandAsync("/status")).ShouldEndWith($"Coding sessions on nas:\n  1. todo_app #{ids[0]} small idle\n→ 2. blog [ACTIVE] #{ids[1]} small idle");
        (await bench.AskAsync("/switch 1", Cancel)).ShouldBe($"Active session: todo_app (#{ids[0]}, small).");
        (await bench.AskAsync("/send blog: say from afar", Cancel)).ShouldBe("from afar");
        await Eventually.TrueAsync(async () => (await bench.CommandAsync("/status")).Contains("→ 1. todo_app [ACTIVE]", StringComparison.Ordinal), Cancel);
        (await bench.CommandAsync("/nodes")).ShouldContain("nas [ACTIVE] sessions=2");

        (await bench.AskAsync("/close", Cancel)).ShouldStartWith($"Session #{ids[0]} (todo_app) is closed.");
        (await bench.AskAsync("/close 1", Cancel)).ShouldStartWith($"Session #{ids[1]} (blog) is closed.");
        (await bench.AskAsync("/close", Cancel)).ShouldContain("There is no coding session open here.");
        (await bench.AskAsync("/switch blog", Cancel)).ShouldContain("There is no coding session \"blog\" on this machine.");
        Directory.Exists(Path.Combine(bench.Home, "coding", ids[0]!)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("/switch 7", "There is no coding session \"7\" on this machine. Open are: 1. todo_app, 2. blog. \"/new PROJECT: what to do\" opens one.")]
    [InlineData("/close blgo", "There is no coding session \"blgo\" on this machine. Did you mean blog? Open are: 1. todo_app, 2. blog.")]
    [InlineData("/send tod_app: say hi", "There is no coding session \"tod_app\" on this machine. Did you mean todo_app?")]
    [InlineData("/send 某项目: 你好", "这台机器上没有编程会话“某项目”。打开的有：1. todo_app，2. blog。“/new 某项目”打开一个。")]
    public async Task Command_ForASessionThatIsNotThere_NamesTheNearestAndAllThatAre(string command, string told)
    {
        await using var bench = await CodingBench.StartAsync();
        await bench.AskAsync("/new todo_app", Cancel);
        await bench.AskAsync("/new blog", Cancel);

        (await bench.AskAsync(command, Cancel)).ShouldContain(told);
    }

    [Fact]
    public async Task Direct_AllThatIsSaid_GoesToTheSessionUntilSmart()
    {
        await using var bench = await CodingBench.StartAsync();
        await bench.AskAsync("/new todo_app", Cancel);
        (await bench.AskAsync("/direct", Cancel)).ShouldStartWith("All that you write here goes to todo_app (small) now.");

        (await bench.AskAsync("what is a Python generator?", Cancel)).ShouldBe("is a Python generator?\n\n[todo_app · /smart for the assistant]");
        (await bench.AskAsync("$ echo from the session", Cancel)).ShouldStartWith("echo from the session");
        (await bench.AskAsync("/shell echo from the shell", Cancel)).ShouldContain("from the shell");
        bench.Model.Requests.ShouldBeEmpty();
        (await bench.CommandAsync("/status")).ShouldContain("All that you write here goes to todo_app.");

        (await bench.AskAsync("/smart", Cancel)).ShouldBe("The assistant has the word again.");
        bench.Model.Says("From the model.");
        (await bench.AskAsync("hello", Cancel)).ShouldBe("From the model.");
    }

    [Fact]
    public async Task New_InDirectMode_TakesTheModeAlong()
    {
        await using var bench = await CodingBench.StartAsync();
        await bench.AskAsync("/new todo_app", Cancel);
        await bench.AskAsync("/direct", Cancel);
        await bench.AskAsync("/new blog", Cancel);

        (await bench.AskAsync("say it", Cancel)).ShouldBe("it\n\n[blog · /smart for the assistant]");
    }

    [Fact]
    public async Task Direct_InAnotherConversation_IsNotMeant()
    {
        await using var bench = await CodingBench.StartAsync();
        await bench.AskAsync("/new todo_app", Cancel);
        await bench.AskAsync("/direct", Cancel);
        bench.Model.Says("From the model.");
        var other = await bench.Hub.ConversationAsync(Cancel);

        await bench.Hub.SayAsync(other, "hello", Cancel);
        await bench.Hub.UntilAsync(other, "agent_end", Cancel);

        bench.Model.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Model_AskedForWorkOnAProject_UsesTheTool()
    {
        await using var bench = await CodingBench.StartAsync();
        await bench.AskAsync("/new todo_app", Cancel);
        bench.Model.Calls("coding_session", """{"action":"send","prompt":"say the test is green"}""").Says("Fixed.");

        (await bench.AskAsync("fix the failing test in todo_app", Cancel)).ShouldBe("Fixed.");

        bench.Model.Requests[^1].Messages.OfType<ToolResultMessage>().Last().Text.ShouldBe("the test is green");
    }

    [Fact]
    public async Task Sessions_OfAnotherUser_AreOutOfReach()
    {
        await using var bench = await CodingBench.StartAsync();
        await bench.AskAsync("/new todo_app", Cancel);
        using var bob = await bench.Hub.MemberAsync("bob", Cancel);
        var nodes = await bench.Hub.Client.GetFromJsonAsync<JsonElement>("/api/v1/nodes", Cancel);
        var node = nodes.GetProperty("items")[0];
        node.GetProperty("coding_sessions")[0].GetProperty("project").GetString().ShouldBe("todo_app");
        using var granted = await bench.Hub.Client.PutAsJsonAsync($"/api/v1/nodes/{node.GetProperty("id").GetString()}/permissions", new { ask = new[] { "bob" } }, Cancel);
        granted.EnsureSuccessStatusCode();

        var seen = await bob.GetFromJsonAsync<JsonElement>("/api/v1/nodes", Cancel);

        seen.GetProperty("items").GetArrayLength().ShouldBe(1);
        seen.GetProperty("items").EnumerateArray().SelectMany(item => item.GetProperty("coding_sessions").EnumerateArray()).ShouldBeEmpty();
    }
}
