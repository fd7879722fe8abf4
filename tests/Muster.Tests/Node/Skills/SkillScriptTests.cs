using System.Text.Json;
using Muster.Agents.Tools;
using Muster.Node.Folders;
using Muster.Node.Policy;
using Muster.Node.Sandbox;
using Muster.Node.Skills;
using Muster.Node.Tools;
using Muster.Testing;
using Muster.Tests.Node.Tools;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Skills;

/// <summary>PiBot's skill files in a real Python, in the real sandbox.</summary>
public sealed class SkillScriptTests : IDisposable
{
    private readonly ToolBench _bench = new();
    private readonly List<string> _problems = [];
    private readonly JumpingClock _clock = new(TimeProvider.System.GetUtcNow());
    private readonly SkillScripts _scripts;

    public SkillScriptTests() => _scripts = Scripts();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Skill_WithItsMeta_IsAToolWithASchema()
    {
        await SkillAsync("weather", """
            SKILL_META = {"name": "x", "label": "Weather", "description": "Tells the weather",
                          "parameters": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1}, "unit": "C or F"}}
            def execute(city, days, unit):
                print("noise on stdout")
                return {"success": True, "text": f"{city} {days + 1} {unit} 晴"}
            """);

        var tool = (await ToolsAsync()).ShouldHaveSingleItem();

        (tool.Name, tool.Description).ShouldBe(("weather", "Tells the weather"));
        tool.Parameters.GetRawText().ShouldBe(
            """{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer","minimum":1},"unit":{"type":"string","description":"C or F"}},"required":["city","days","unit"]}""");
        (await CallAsync("weather", """{"city":"Köln","days":2,"unit":"C","more":1}""")).ShouldBe("""{"success": true, "text": "Köln 3 C 晴"}""");
    }

    [Theory]
    [InlineData("def execute():\n  return 'plain'", "plain", null)]
    [InlineData("async def execute():\n  import asyncio\n  await asyncio.sleep(0)\n  return 7", "7", null)]
    [InlineData("def execute():\n  return {'success': True, 'n': 1}", """{"success": true, "n": 1}""", null)]
    [InlineData("def execute():\n  return {'success': False, 'error': 'no such city'}", null, "no such city")]
    [InlineData("def execute():\n  return {'n': 1}", null, "The skill failed and does not say why.")]
    [InlineData("def execute():\n  raise ValueError('bad\\ncity')", null, "ValueError: bad city (line 2)")]
    [InlineData("import sys\ndef execute():\n  sys.exit(3)", null, "SystemExit: 3 (line 3)")]
    [InlineData("import os\ndef execute():\n  os.write(2, b'last words')\n  os.kill(os.getpid(), 11)", null, "It crashed with exit code 139: last words")]
    [InlineData("def execute():\n  while True: print('x' * 10000)", null, "It printed more than 8 MiB and was ended.")]
    public async Task Skill_ResultOrFailure_FollowsPiBotsRules(string source, string? text, string? error)
    {
        await SkillAsync("thing", source);

        if (error is null)
        {
            (await CallAsync("thing")).ShouldBe(text);
        }
        else
        {
            (await Should.ThrowAsync<ToolException>(() => CallAsync("thing"))).Message.ShouldBe(error);
        }
    }

    [Fact]
    public async Task Skill_ThatHangs_IsEndedAtItsTime()
    {
        using var bench = new ToolBench(options => options with { ShellMaxTimeout = TimeSpan.FromSeconds(2) });
        await ToolBench.RequireSandboxAsync(bench);
        Write(Path.Combine(bench.Home, "skills"), "hang", "import time\ndef execute():\n  time.sleep(3600)");
        var tool = (await new SkillScripts(bench.Options, TimeProvider.System).ToolsAsync([], _problems.Add, Cancel)).ShouldHaveSingleItem();

        (await Should.ThrowAsync<ToolException>(() => tool.ExecuteAsync(Call("hang", "{}"), Cancel))).Message
            .ShouldBe("It did not end within 2 s and was ended.");
    }

    [Fact]
    public async Task Skills_ThatRegister_TakeOneText()
    {
        await SkillAsync("notes", """
            import _shared
            def add(text): return _shared.join(text.split("||"))
            async def count(text): return len(text)
            def execute(): return "own"
            def register_skills(skill_manager):
                skill_manager.register("note_add", "Adds a note", add)
                skill_manager.register("note_count", "Counts", count)
                skill_manager.register("bad name!", "No", add)
            """, ("_shared", "def join(parts): return '+'.join(parts)"));

        (await ToolsAsync()).Select(tool => tool.Name).ShouldBe(["notes", "note_add", "note_count"]);
        (await CallAsync("note_add", """{"input":"a||b"}""")).ShouldBe("a+b");
        (await CallAsync("note_count", """{"input":"abc"}""")).ShouldBe("3");
        (await CallAsync("notes")).ShouldBe("own");
        _problems.ShouldHaveSingleItem().ShouldContain("\"bad name!\" cannot be the name of a tool");
    }

    [Fact]
    public async Task Skills_ThatCannotBeLoaded_AreToldOnceAndStopNoOther()
    {
        await SkillAsync("good", "def execute(): return 1");
        Write(Home, "broken", "def execute(:\n  pass");
        Write(Home, "empty", "x = 1");
        Write(Home, "shell", "def execute(): return 'mine'");

        (await ToolsAsync(_bench.Tools)).Select(tool => tool.Name).ShouldBe(["good"]);
        (await ToolsAsync(_bench.Tools)).Select(tool => tool.Name).ShouldBe(["good"]);

        _problems.Count.ShouldBe(3);
        _problems[0].ShouldStartWith($"The skill {Path.Combine(Home, "broken.py")} was left out: SyntaxError: ");
        _problems[0].ShouldEndWith("(line 1).");
        _problems[1].ShouldBe($"The skill {Path.Combine(Home, "empty.py")} was left out: it has neither a function execute nor register_skills.");
        _problems[2].ShouldBe($"{Path.Combine(Home, "shell.py")}: there is another tool shell, so this one was left out.");
    }

    [Fact]
    public async Task Skills_AreListedOncePerChange()
    {
        await SkillAsync("counted", """
            import os
            with open("loads", "a") as log: log.write("x")
            def execute(): return 1
            """);

        await ToolsAsync();
        await ToolsAsync();
        File.ReadAllText(Path.Combine(_bench.Work, "loads")).ShouldBe("x");
        await SkillAsync("counted", "def execute(): return 'changed'");

        (await CallAsync("counted")).ShouldBe("changed");
    }

    [Fact]
    public async Task Skill_ThatCouldNotBeLoaded_IsTriedAgainAfterAMinute()
    {
        await SkillAsync("late", "import _late\ndef execute(): return _late.text()");

        (await ToolsAsync()).ShouldBeEmpty();
        Write(Home, "_late", "def text(): return 'here'");
        (await ToolsAsync()).ShouldBeEmpty();
        _clock.Jump(TimeSpan.FromSeconds(61));

        (await CallAsync("late")).ShouldBe("here");
        _problems.ShouldHaveSingleItem().ShouldContain("No module named '_late'");
    }

    [Fact]
    public async Task Skill_ThatStillCannotBeLoaded_IsToldOfAgainWhereItsReasonIsAnother()
    {
        await SkillAsync("late", "import _late\ndef execute(): return 1");
        await ToolsAsync();
        _clock.Jump(TimeSpan.FromSeconds(61));
        await ToolsAsync();
        _problems.Count.ShouldBe(1);

        Write(Home, "_late", "raise ValueError('not now')");
        _clock.Jump(TimeSpan.FromSeconds(61));
        await ToolsAsync();

        _problems.Count.ShouldBe(2);
        _problems[1].ShouldContain("not now");
    }

    [Fact]
    public async Task Skill_SeesTheFolderAndNotTheHome()
    {
        File.WriteAllText(Path.Combine(_bench.Home, "secret"), "key");
        await SkillAsync("look", $$"""
            import os
            def execute():
                open("made", "w").write("x")
                try: open("{{Home}}/planted.py", "w"); planted = True
                except OSError: planted = False
                return f"{os.path.exists('{{_bench.Home}}/secret')} {planted}"
            """);

        (await CallAsync("look")).ShouldBe("False False");
        File.Exists(Path.Combine(_bench.Work, "made")).ShouldBeTrue();
    }

    [Fact]
    public async Task Skill_OfAHomeInsideOfTheWorkingFolder_FindsItsParts()
    {
        await ToolBench.RequireSandboxAsync(_bench);
        var home = Path.Combine(_bench.Work, ".muster");
        Write(Path.Combine(home, "skills"), "_part", "def text(): return 'found'");
        Write(Path.Combine(home, "skills"), "whole", "import os, _part\ndef execute(): return _part.text() + str(os.path.exists('.muster/node.db'))");
        File.WriteAllText(Path.Combine(home, "node.db"), "");
        var tool = (await Scripts(_bench.Options with { Home = home }).ToolsAsync([], _problems.Add, Cancel)).ShouldHaveSingleItem();

        ToolBench.Text(await tool.ExecuteAsync(Call("whole", "{}"), Cancel)).ShouldBe("foundFalse");
    }

    [Fact]
    public async Task Skills_OfTheWorkingFolder_CountOnlyWhereItIsTrusted()
    {
        await ToolBench.RequireSandboxAsync(_bench);
        Write(Path.Combine(_bench.Work, "skills"), "local", "def execute(): return 1");

        (await ToolsAsync()).ShouldBeEmpty();
        new TrustedFolders(_bench.Home).Add(_bench.Work);
        (await ToolsAsync()).Select(tool => tool.Name).ShouldBe(["local"]);
        (await Scripts(_bench.Options with { Isolation = ShellIsolation.Host }).ToolsAsync([], _problems.Add, Cancel)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(ShellIsolation.Process, PolicyAction.Allow)]
    [InlineData(ShellIsolation.Host, PolicyAction.Ask)]
    [InlineData(ShellIsolation.Off, PolicyAction.Deny)]
    public void Policy_OfASkill_IsThatOfACommand(ShellIsolation isolation, PolicyAction action)
    {
        using var arguments = JsonDocument.Parse("{}");

        new ToolPolicy("/work", []).DecideSkill("weather", arguments.RootElement, isolation).Action.ShouldBe(action);
        new ToolPolicy("/work", [PolicyRule.Parse("weather", null, "deny")]).DecideSkill("weather", arguments.RootElement, isolation).Action.ShouldBe(PolicyAction.Deny);
    }

    public void Dispose() => _bench.Dispose();

    private string Home => Path.Combine(_bench.Home, "skills");

    private SkillScripts Scripts(ToolOptions? options = null) => new(options ?? _bench.Options, _clock);

    private async Task SkillAsync(string name, string source, params (string Name, string Source)[] parts)
    {
        await ToolBench.RequireSandboxAsync(_bench);
        foreach (var (part, text) in parts)
        {
            Write(Home, part, text);
        }

        Write(Home, name, source);
    }

    private static void Write(string folder, string name, string source)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, name + ".py"), source);
    }

    private Task<IReadOnlyList<Tool>> ToolsAsync(IReadOnlyList<Tool>? others = null) => _scripts.ToolsAsync(others ?? [], _problems.Add, Cancel);

    private async Task<string> CallAsync(string name, string arguments = "{}") =>
        ToolBench.Text(await (await ToolsAsync()).First(tool => tool.Name == name).ExecuteAsync(Call(name, arguments), Cancel));

    private static ToolCall Call(string name, string arguments) => new("call_1", name, Arguments.Schema(arguments), _ => { });
}
