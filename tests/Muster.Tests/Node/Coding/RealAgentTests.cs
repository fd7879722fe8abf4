using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Node;
using Muster.Node.Coding;
using Muster.Node.Policy;
using Muster.Testing;
using Muster.Testing.Agents;
using Muster.Testing.Models;
using Muster.Tests.Node.Assistant;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Coding;

/// <summary>The real Claude Code and the real pi, from npm, in the sandbox, against doubles of their models.</summary>
public sealed class RealAgentTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Claude_WorksInItsProject_AndGoesOnAfterARestart()
    {
        await using var model = await AnthropicDouble.StartAsync();
        var options = Claude(model);
        await using var bench = await NodeBench.StartAsync(Cancel, options);
        model.Enqueue(AnthropicReply.Use("toolu_1", "Bash", new JsonObject { ["command"] = "pwd > where.txt; ls -a $HOME/..", ["description"] = "look" }), AnthropicReply.Text("It ", "is done."));

        (await bench.AskAsync("/new todo_app: please look around", Cancel)).ShouldBe("It is done.");
        (await File.ReadAllTextAsync(Path.Combine(bench.Work, "todo_app", "where.txt"), Cancel)).Trim().ShouldBe(Path.Combine(bench.Work, "todo_app"));
        await bench.DownAsync();
        await bench.UpAsync(Cancel, options);
        model.Enqueue(AnthropicReply.Text("You asked me to look around."));

        (await bench.AskAsync("/send todo_app: what did I ask?", Cancel)).ShouldBe("You asked me to look around.");

        model.Requests[^1].Body.GetRawText().ShouldContain("please look around");
        var audit = await File.ReadAllTextAsync(Path.Combine(bench.Work, "audit", $"{await bench.SessionAsync()}.jsonl"), Cancel);
        audit.ShouldContain("→ Bash pwd > where.txt");
        audit.ShouldContain("shell: allowed");
    }

    [Theory]
    [InlineData("allow")]
    [InlineData("deny")]
    public async Task Claude_WantsToChangeAFile_IsAskedWithTheDiff(string decision)
    {
        await using var model = await AnthropicDouble.StartAsync();
        await using var bench = await NodeBench.StartAsync(Cancel, Claude(model, new PolicyRule("file_write", "todo_app/*", PolicyAction.Ask)));
        model.Enqueue(AnthropicReply.Use("toolu_1", "Write", new JsonObject { ["file_path"] = Path.Combine(bench.Work, "todo_app", "b.txt"), ["content"] = "one\ntwo\n" }), AnthropicReply.Text("Done."));

        var asked = await bench.AskingAsync("/new todo_app: write two lines");
        asked.GetProperty("tool").GetString().ShouldBe("file_write");
        asked.GetProperty("arguments").GetProperty("path").GetString().ShouldBe("todo_app/b.txt");
        asked.GetProperty("arguments").GetProperty("diff").GetString().ShouldBe("+one\n+two\n");
        await bench.AnswerAsync(asked, decision);

        (await bench.EndAsync()).ShouldBe("Done.");
        File.Exists(Path.Combine(bench.Work, "todo_app", "b.txt")).ShouldBe(decision == "allow");
        model.Requests[^1].Body.GetRawText().Contains("ada did not allow", StringComparison.Ordinal).ShouldBe(decision == "deny");
    }

    [Fact]
    public async Task Claude_CommandThatItWouldNotAskFor_PassesTheOwnersRules()
    {
        await using var model = await AnthropicDouble.StartAsync();
        await using var bench = await NodeBench.StartAsync(Cancel, Claude(model, new PolicyRule("shell", "ls *", PolicyAction.Deny)));
        model.Enqueue(AnthropicReply.Use("toolu_1", "Bash", new JsonObject { ["command"] = "ls", ["description"] = "look" }), AnthropicReply.Text("Not allowed."));

        (await bench.AskAsync("/new todo_app: list the files", Cancel)).ShouldBe("Not allowed.");

        model.Requests[^1].Body.GetRawText().ShouldContain("forbids shell");
    }

    [Fact]
    public async Task Claude_SettingsThatItWroteIntoItsHome_RunNothing()
    {
        await using var model = await AnthropicDouble.StartAsync();
        await using var bench = await NodeBench.StartAsync(Cancel, Claude(model));
        const string hooks = """{"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"touch HOOKED"}]}],"PreToolUse":[{"matcher":"*","hooks":[{"type":"command","command":"touch HOOKED"}]}]}}""";
        model.Enqueue(
            AnthropicReply.Use("toolu_1", "Bash", new JsonObject { ["command"] = $"mkdir -p ~/.claude && echo '{hooks}' > ~/.claude/settings.json && touch WRITTEN" }),
            AnthropicReply.Text("Kept."));
        await bench.AskAsync("/new todo_app: keep it in mind", Cancel);
        File.Exists(Path.Combine(bench.Work, "todo_app", "WRITTEN")).ShouldBeTrue();
        model.Enqueue(
            AnthropicReply.Use("toolu_2", "Write", new JsonObject { ["file_path"] = Path.Combine(bench.Home, "coding", await bench.SessionAsync(), ".claude", "settings.local.json"), ["content"] = hooks }),
            AnthropicReply.Text("Done."));

        (await bench.AskAsync("/send todo_app: go on", Cancel)).ShouldBe("Done.");

        File.Exists(Path.Combine(bench.Work, "todo_app", "HOOKED")).ShouldBeFalse();
        model.Requests[^1].Body.GetRawText().ShouldContain("is outside of the project");
    }

    [Fact]
    public async Task Claude_ModelRefuses_ItsSentenceIsShown()
    {
        await using var model = await AnthropicDouble.StartAsync();
        await using var bench = await NodeBench.StartAsync(Cancel, Claude(model));
        model.Enqueue(AnthropicReply.Error(400, "invalid_request_error", "bad thing"));

        (await bench.AskAsync("/new todo_app: hello", Cancel)).ShouldContain("API Error: 400");
    }

    [Fact]
    public async Task Claude_Stopped_LetsGoWithinASecondAndRemembers()
    {
        await using var model = await AnthropicDouble.StartAsync();
        await using var bench = await NodeBench.StartAsync(Cancel, Claude(model));
        var never = new Gate();
        model.Enqueue(AnthropicReply.Of(new ReplyStep.Wait(never)));
        await bench.SayAsync("/new todo_app: think long", Cancel);
        await Eventually.TrueAsync(() => model.Requests.Any(request => request.Path == "/v1/messages"), Cancel);

        await bench.SayAsync("/stop", Cancel);
        (await bench.UntilAsync("agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("aborted");
        model.Enqueue(AnthropicReply.Text("Still here."));

        (await bench.AskAsync("/send todo_app: are you there?", Cancel)).ShouldContain("Still here.");
    }

    [Theory]
    [InlineData(PolicyAction.Allow, true)]
    [InlineData(PolicyAction.Deny, false)]
    public async Task Pi_WantsToRunACommand_IsHeldToTheOwnersRules(PolicyAction action, bool written)
    {
        await using var model = await OpenAiDouble.StartAsync(ModelReply.Call("bash", """{"command":"echo hi > a.txt"}"""), ModelReply.Text("Done."));
        await using var bench = await NodeBench.StartAsync(Cancel, Pi(model, new PolicyRule("shell", "echo *", action), new PolicyRule("shell", "> *", action)));

        (await bench.AskAsync("/new --agent pi blog: greet", Cancel)).ShouldBe("Done.");

        File.Exists(Path.Combine(bench.Work, "blog", "a.txt")).ShouldBe(written);
    }

    [Fact]
    public async Task Pi_AfterARestart_GoesOn()
    {
        await using var model = await OpenAiDouble.StartAsync(ModelReply.Text("Noted."), ModelReply.Text("Forty-two."));
        var options = Pi(model);
        await using var bench = await NodeBench.StartAsync(Cancel, options);
        (await bench.AskAsync("/new --agent pi blog: the number is 42", Cancel)).ShouldBe("Noted.");

        await bench.DownAsync();
        await bench.UpAsync(Cancel, options);

        (await bench.AskAsync("/send blog: which number?", Cancel)).ShouldBe("Forty-two.");
        model.Requests[^1].Body.GetRawText().ShouldContain("the number is 42");
    }

    [Fact]
    public async Task Pi_LinksThatItPutIntoItsHome_AreNotFollowed()
    {
        await using var model = await OpenAiDouble.StartAsync(ModelReply.Text("Hello."), ModelReply.Text("Still here."));
        await using var bench = await NodeBench.StartAsync(Cancel, Pi(model));
        (await bench.AskAsync("/new --agent pi blog: hello", Cancel)).ShouldBe("Hello.");
        var (home, kept) = (Path.Combine(bench.Home, "coding", await bench.SessionAsync()), Path.Combine(bench.Work, "kept"));
        Directory.CreateDirectory(Path.Combine(kept, "agent"));
        await File.WriteAllTextAsync(Path.Combine(kept, "agent", "a.txt"), "mine", Cancel);
        await File.WriteAllTextAsync(Path.Combine(kept, "b.txt"), "mine", Cancel);
        Directory.Delete(Path.Combine(home, ".pi"), recursive: true);
        Directory.CreateSymbolicLink(Path.Combine(home, ".pi"), kept);
        File.Delete(Path.Combine(home, "muster-gate.ts"));
        File.CreateSymbolicLink(Path.Combine(home, "muster-gate.ts"), Path.Combine(kept, "b.txt"));

        (await bench.AskAsync("/send blog: are you there?", Cancel)).ShouldBe("Still here.");

        (await File.ReadAllTextAsync(Path.Combine(kept, "agent", "a.txt"), Cancel)).ShouldBe("mine");
        (await File.ReadAllTextAsync(Path.Combine(kept, "b.txt"), Cancel)).ShouldBe("mine");
    }

    internal static Func<NodeOptions, NodeOptions> Claude(AnthropicDouble model, params PolicyRule[] rules)
    {
        Assert.SkipUnless(InstalledPackages.Claude is not null, InstalledPackages.HowToInstall);
        return Options(new CodingAgentOptions("claude", $"/usr/bin/env ANTHROPIC_BASE_URL={model.BaseUrl} ANTHROPIC_AUTH_TOKEN={AnthropicDouble.ApiKey} '{InstalledPackages.Claude}'", []), rules);
    }

    internal static Func<NodeOptions, NodeOptions> Pi(OpenAiDouble model, params PolicyRule[] rules)
    {
        Assert.SkipUnless(InstalledPackages.Pi is not null, InstalledPackages.HowToInstall);
        return options =>
        {
            var agent = Directory.CreateDirectory(Path.Combine(options.Tools.UserHome, ".pi", "agent")).FullName;
            File.WriteAllText(Path.Combine(agent, "settings.json"), """{"defaultProvider":"double","defaultModel":"test-model"}""");
            File.WriteAllText(Path.Combine(agent, "models.json"), JsonSerializer.Serialize(new
            {
                providers = new
                {
                    @double = new
                    {
                        baseUrl = model.BaseUrl, api = "openai-completions", apiKey = model.ApiKey,
                        models = new[] { new { id = "test-model", name = "test-model", reasoning = false, input = new[] { "text" }, cost = new { input = 0, output = 0, cacheRead = 0, cacheWrite = 0 }, contextWindow = 100_000, maxTokens = 1000 } },
                    },
                },
            }));
            return Options(new CodingAgentOptions("pi", InstalledPackages.Pi, []), rules)(options);
        };
    }

    private static Func<NodeOptions, NodeOptions> Options(CodingAgentOptions agent, PolicyRule[] rules) =>
        options => options with { Coding = new CodingOptions { Agent = agent.Name, Agents = [agent] }, Policy = rules };
}
