using System.Diagnostics;
using System.Text.RegularExpressions;
using Muster.Client;
using Muster.Testing;
using Muster.Testing.Agents;
using Muster.Testing.Metaso;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Checklists;

/// <summary>The checklist of PhoneWork's second milestone, a test for each of its lines, in its order.</summary>
public sealed partial class AssistantChecklistTests(AssistantHousehold machine) : IClassFixture<AssistantHousehold>
{
    private readonly Household _household = machine.Household;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task M21_AQuestionOfGeneralKnowledge_IsAnsweredWithoutATool()
    {
        _household.Model.Enqueue(ModelReply.Text("A generator yields values one at a time."));

        var output = await SayAsync("what is a Python generator?", "--json");

        output.ShouldContain("A generator yields values one at a time.");
        output.ShouldNotContain("tool_execution_start");
        _household.Model.Requests[^1].Body.GetProperty("tools").GetRawText().ShouldContain("memory_read");
        _household.Model.Requests[^1].Body.GetProperty("tools").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task M22_GitStatusInAProject_RunsTheShellAndReturnsItsOutput()
    {
        var project = Directory.CreateDirectory(Path.Combine(machine.Work, "git_app")).FullName;
        await Process.Start("git", ["init", "-q", "-b", "trunk", project]).WaitForExitAsync(Cancel);
        _household.Model.Enqueue(ModelReply.Call("shell", """{"command":"git status","cwd":"git_app"}"""), ModelReply.Text("Nothing to commit."));

        (await SayAsync("check git status in git_app")).ShouldContain("Nothing to commit.");

        Heard().ShouldContain("On branch trunk");
    }

    [Fact]
    public async Task M22_RmRfRoot_IsBlockedByTheGuard()
    {
        _household.Model.Enqueue(ModelReply.Call("shell", """{"command":"rm -rf /"}"""), ModelReply.Text("I may not do that."));

        (await SayAsync("rm -rf /")).ShouldContain("I may not do that.");
        var typed = await SayAsync("/shell rm -rf /");

        Heard().ShouldContain("Refused");
        typed.ShouldContain("Refused");
    }

    [Fact]
    public async Task M23_TheLastFiftyLinesOfAnAuditFile_ComeBack()
    {
        var lines = Enumerable.Range(1, 80).Select(number => $"entry {number:00} of it");
        await File.WriteAllLinesAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(machine.Work, "audit")).FullName, "abc123.jsonl"), lines, Cancel);
        _household.Model.Enqueue(ModelReply.Call("file_read", """{"path":"audit/abc123.jsonl","tail":50}"""), ModelReply.Text("Here they are."));

        (await SayAsync("show me the last 50 lines of audit/abc123.jsonl")).ShouldContain("Here they are.");

        Heard().ShouldContain("entry 31 of it");
        Heard().ShouldContain("entry 80 of it");
        Heard().ShouldNotContain("entry 30 of it");
    }

    [Fact]
    public async Task M23_SessionsJson_ArrivesAsAFile()
    {
        Assert.SkipUnless(InstalledPackages.Claude is not null, InstalledPackages.HowToInstall);
        await SayAsync("/new notes");
        _household.Model.Enqueue(ModelReply.Call("file_send", """{"path":"sessions.json"}"""), ModelReply.Text("There it is."));
        using var saved = new TemporaryFolder();

        (await SayAsync("send me the sessions.json file", "--save", saved.Path)).ShouldContain("sessions.json");

        (await File.ReadAllTextAsync(Path.Combine(saved.Path, "sessions.json"), Cancel)).ShouldContain("notes");
    }

    [Fact]
    public async Task M24_ALongTaskOfACodingSession_AnswersAtOnce_IsListed_AndTellsItsEnd()
    {
        Assert.SkipUnless(InstalledPackages.Claude is not null, InstalledPackages.HowToInstall);
        var gate = new Gate();
        machine.Coder.Enqueue(AnthropicReply.After(gate, "The login works again."));
        var conversation = await _household.SayAsync("/new --timeout 120 todo_app: fix the login bug");
        var started = (await _household.ThreadAsync(conversation)).OfType<MessageEnd>().Last().Message.Text;

        var id = TaskId().Match(started).Groups[1].Value;
        started.ShouldContain($"⏳ Task #{id} started. I'll notify you when it's done.");
        await gate.Reached.WaitAsync(TimeSpan.FromMinutes(1), Cancel);
        ListedTask(id).IsMatch(await SayAsync("/tasks")).ShouldBeTrue(await SayAsync("/tasks"));

        gate.Open();
        (await NoticeAsync(conversation, "✅ Task #")).ShouldContain("The login works again.");
    }

    [Fact]
    public async Task M25_AQuestionOfToday_IsAnsweredByMetaso()
    {
        const string Question = "Python 3.13 有哪些新特性?";
        _household.Model.Enqueue(ModelReply.Call("web", $$"""{"action":"ask","query":"{{Question}}"}"""), ModelReply.Text("有新的 REPL。"));

        (await SayAsync(Question)).ShouldContain("有新的 REPL。");

        Heard().ShouldContain("Python 3.13 has a new REPL");
        machine.Metaso.Calls.ShouldContain(call => call.ToJsonString().Contains("metaso_chat", StringComparison.Ordinal));
    }

    [Fact]
    public async Task M25_AnAddress_IsReadAsMarkdown()
    {
        _household.Model.Enqueue(ModelReply.Call("web", """{"action":"fetch","url":"https://example.com"}"""), ModelReply.Text("读完了。"));

        (await SayAsync("帮我读取这个URL: https://example.com")).ShouldContain("读完了。");

        Heard().ShouldContain("# Example Domain");
        machine.Metaso.Calls.ShouldContain(call => call.ToJsonString().Contains("https://example.com", StringComparison.Ordinal));
    }

    [Fact]
    public async Task M26_Remind_ArrivesAtItsTime()
    {
        using var client = _household.Client();
        var before = TimeProvider.System.GetUtcNow();
        await SayAsync("/remind 10m deploy check");
        var due = (await client.Schedules.ListAsync(cancellationToken: Cancel)).Single(schedule => schedule.Text == "deploy check").NextAt;
        var conversation = await _household.SayAsync("/remind 1s deploy check now");

        (due!.Value - before).TotalMinutes.ShouldBeInRange(10, 11);
        (await NoticeAsync(conversation, "⏰ deploy check now")).ShouldContain("deploy check now");
    }

    private async Task<string> SayAsync(string text, params string[] options)
    {
        var (_, output, error) = await _household.RunAsync(["ask", text, .. options]);
        return output + error;
    }

    /// <summary>What the model was told last: the result of its tool.</summary>
    private string Heard() => _household.Model.Requests[^1].Messages[^1].GetRawText();

    private async Task<string> NoticeAsync(string conversation, string beginning)
    {
        using var client = _household.Client();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        return await client.Events(conversation, cancellationToken: patience.Token).OfType<Notice>().Select(notice => notice.Text)
            .FirstAsync(text => text.StartsWith(beginning, StringComparison.Ordinal), patience.Token);
    }

    private static Regex ListedTask(string id) => new($@"#?{id}\b.*\d+ ?s", RegexOptions.None, TimeSpan.FromSeconds(1));

    [GeneratedRegex("Task #([a-z0-9]+) started", RegexOptions.None, 1000)]
    private static partial Regex TaskId();
}
