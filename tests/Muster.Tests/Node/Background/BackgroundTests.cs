using System.Net.Http.Json;
using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Node.Background;
using Muster.Node.Policy;
using Muster.Testing;
using Muster.Testing.Models;
using Muster.Tests.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Background;

/// <summary>Long tool calls on a real node, from their first answer to the notice of their end.</summary>
public sealed class BackgroundTests
{
    private static readonly BackgroundOptions _soon = new() { After = TimeSpan.FromMilliseconds(400) };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_FoundToTakeLong_AnswersWithItsTaskAndGoesOn()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel, _soon);

        var told = await bench.CallAsync("shell", new { command = BackgroundBench.Waits });

        var id = BackgroundBench.IdIn(told);
        told.ShouldStartWith($"⏳ Task #{id} started. I'll notify you when it's done.\n");
        var running = await bench.InStateAsync("running");
        running.GetProperty("job").GetProperty("name").GetString().ShouldBe(BackgroundBench.Waits);
        running.GetProperty("task").GetProperty("id").GetString()!.ShouldContain(id);
        running.GetProperty("task").GetProperty("node").GetString().ShouldBe("nas");
        var job = await bench.Hub.Client.GetFromJsonAsync<JsonElement>("/api/v1/jobs/" + running.GetProperty("job").GetProperty("id").GetString(), Cancel);
        job.GetProperty("conversation_id").GetString().ShouldBe(bench.Conversation);
        bench.Go();
        (await bench.NoticeAsync($"✅ Task #{id} done (")).ShouldEndWith($"s)\n{BackgroundBench.Waits}\nbegun\nover");
        await bench.InStateAsync("succeeded");
    }

    [Fact]
    public async Task Call_ThatAsksForMoreThanAMinute_GoesThereAtOnce()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);

        var told = await bench.CallAsync("shell", new { command = BackgroundBench.Waits, timeout = 600 });

        told.ShouldStartWith("⏳ Task #");
        bench.Go();
        await bench.NoticeAsync($"✅ Task #{BackgroundBench.IdIn(told)} done (");
    }

    [Fact]
    public async Task Call_OverInTime_AnswersAsEver()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);

        var told = await bench.CallAsync("shell", new { command = "echo quick; exit 3", timeout = 50 });

        told.ShouldContain("quick");
        told.ShouldContain("\"exit_code\":3");
        (await bench.TasksAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(800, false)]
    [InlineData(801, true)]
    public async Task Notice_OfLongOutput_ShowsItsFirst800Characters(int characters, bool cut)
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);
        var command = $"head -c {characters} /dev/zero | tr '\\0' x";

        var id = await bench.StartAsync(command);

        var notice = await bench.NoticeAsync($"✅ Task #{id} done (");
        notice[(notice.IndexOf('\n', StringComparison.Ordinal) + 1)..].ShouldBe($"{command}\n{new string('x', 800)}{(cut ? "..." : "")}");
    }

    [Theory]
    [InlineData("true", "✅ Task #{0} done (", "true\n(It printed nothing.)")]
    [InlineData("exit 3", "❌ Task #{0} failed (", "exit 3\n(It printed nothing.)")]
    public async Task Notice_OfACommandThatPrintedNothing_SaysSoInWords(string command, string begins, string ends)
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);

        var id = await bench.StartAsync(command);

        var notice = await bench.NoticeAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, begins, id));
        notice[(notice.IndexOf('\n', StringComparison.Ordinal) + 1)..].ShouldBe(ends);
        notice.Contains("exit code 3", StringComparison.Ordinal).ShouldBe(command == "exit 3");
        notice.ShouldNotContain("stdout");
    }

    [Fact]
    public async Task Notice_OfMoreThanItShows_ComesWithTheWholeAsAFile()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);

        var id = await bench.StartAsync("seq 1 20000");

        await bench.NoticeAsync($"✅ Task #{id} done (");
        var file = await bench.Hub.UntilAsync(bench.Conversation, "file", Cancel);
        file.GetProperty("name").GetString().ShouldBe($"task-{id}.txt");
        var whole = await bench.Hub.Client.GetStringAsync(file.GetProperty("url").GetString(), Cancel);
        whole.ShouldBe(string.Concat(Enumerable.Range(1, 20_000).Select(number => $"{number}\n")));
        file.GetProperty("size").GetInt64().ShouldBe(whole.Length);
    }

    [Fact]
    public async Task Command_ThatFails_IsToldWithItsCode()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);

        var id = await bench.StartAsync("echo no luck; exit 7");

        (await bench.NoticeAsync($"❌ Task #{id} failed (")).ShouldEndWith("s): exit code 7\necho no luck; exit 7\nno luck");
        (await bench.InStateAsync("failed")).GetProperty("task").GetProperty("exit_code").GetInt32().ShouldBe(7);
    }

    [Fact]
    public async Task Command_LongerThanItsTimeout_IsEndedAndTold()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);

        var told = await bench.CallAsync("run_background", new { command = "echo begun; sleep 300", timeout = 1 });

        (await bench.NoticeAsync($"❌ Task #{BackgroundBench.IdIn(told)} failed (")).ShouldContain("Stopped after 1 s");
    }

    [Fact]
    public async Task Stop_OfTheConversation_EndsItAndCountsItsProcesses()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);
        var id = await bench.StartAsync(BackgroundBench.Waits);
        await bench.Hub.UntilAsync(bench.Conversation, "agent_end", Cancel);
        await bench.InStateAsync("running");
        await bench.PrintedAsync("begun");

        using var answer = await bench.Hub.Client.PostAsync($"/api/v1/conversations/{bench.Conversation}/stop", null, Cancel);

        var receipt = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("receipts").EnumerateArray().Single();
        receipt.GetProperty("stopped").GetBoolean().ShouldBeTrue();
        receipt.GetProperty("processes").GetInt32().ShouldBePositive();
        await bench.NoticeAsync($"⏹ Task #{id} stopped (");
        await bench.InStateAsync("cancelled");
    }

    [Fact]
    public async Task Cancel_InThePool_EndsItOnItsMachine()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);
        var id = await bench.StartAsync(BackgroundBench.Waits);
        var job = (await bench.InStateAsync("running")).GetProperty("job").GetProperty("id").GetString();
        await bench.PrintedAsync("begun");

        using var answer = await bench.Hub.Client.PostAsJsonAsync($"/api/v1/jobs/{job}/cancel", new { }, Cancel);
        answer.EnsureSuccessStatusCode();

        (await bench.NoticeAsync($"⏹ Task #{id} stopped (")).ShouldEndWith("\nbegun");
        using var paused = await bench.Hub.Client.PostAsync($"/api/v1/jobs/{job}/retry", null, Cancel);
        ((int)paused.StatusCode).ShouldBe(409);
    }

    [Fact]
    public async Task Call_MadeAgainAfterACrash_StartsNothingTwice()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);
        var never = new TaskCompletionSource();
        bench.Model.Calls("run_background", """{"command":"echo once >> count"}""").Then(new ScriptedAnswer().WaitFor(never.Task));
        await bench.SayAsync("go");
        await bench.Model.NextRequestAsync(Cancel);
        var first = await bench.ResultAsync();
        await bench.NoticeAsync("✅ Task #");

        await bench.NodeDownAsync();
        await bench.ForgetLastResultAsync();
        bench.Model.Says("Fine.");
        await bench.NodeUpAsync();

        (await bench.ResultAsync()).ShouldBe(first);
        (await File.ReadAllLinesAsync(Path.Combine(bench.Work, "count"), Cancel)).ShouldBe(["once"]);
        (await bench.TasksAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task End_WhileTheAgentWorks_ReachesItAsAFollowUp()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);
        var go = new TaskCompletionSource();
        bench.Model.Calls("run_background", """{"command":"echo result is 42"}""").Then(new ScriptedAnswer().Text("Busy.").WaitFor(go.Task)).Says("It was 42.");
        await bench.SayAsync("go");
        await bench.Model.NextRequestAsync(Cancel);
        await bench.Model.NextRequestAsync(Cancel);
        await bench.NoticeAsync("✅ Task #");
        await bench.FollowUpQueuedAsync();
        go.SetResult();

        var told = (await bench.Model.NextRequestAsync(Cancel)).Messages[^1].ShouldBeOfType<UserMessage>().Text;

        told.ShouldContain("result is 42");
        (await bench.Hub.UntilAsync(bench.Conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("completed");
    }

    [Fact]
    public async Task End_WhileNobodyWorks_IsKnownToTheNextTurn()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);
        await bench.StartAsync(BackgroundBench.Waits);
        await bench.Hub.UntilAsync(bench.Conversation, "agent_end", Cancel);
        bench.Go();
        await bench.NoticeAsync("✅ Task #");

        bench.Model.Says("Yes, it is over.");
        await bench.SayAsync("show what came of it");
        var asked = (await bench.Model.NextRequestAsync(Cancel)).Messages;

        asked[^1].Text.ShouldBe("show what came of it");
        asked[^2].Text.ShouldContain("begun\nover");
    }

    [Fact]
    public async Task Then_AsksTheAgentWhenItIsOver()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);
        await bench.StartAsync(BackgroundBench.Waits, then: "tell me how it went");
        await bench.Hub.UntilAsync(bench.Conversation, "agent_end", Cancel);
        bench.Model.Says("It went well.");

        bench.Go();

        var asked = (await bench.Model.NextRequestAsync(Cancel)).Messages[^1].Text;
        asked.ShouldContain("tell me how it went");
        asked.ShouldContain("begun\nover");
        await bench.Hub.UntilAsync(bench.Conversation, "message_end", Cancel, data => data.GetRawText().Contains("It went well.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task MoreThanThereMayBe_AreRefused()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel, new BackgroundOptions { Most = 1 });
        await bench.StartAsync(BackgroundBench.Waits);
        await bench.Hub.UntilAsync(bench.Conversation, "agent_end", Cancel);

        (await bench.CallAsync("run_background", new { command = "echo two" })).ShouldContain("background.most");
        bench.Go();
        await bench.NoticeAsync("✅ Task #");
    }

    [Fact]
    public async Task TaskStatus_OfARunningTask_ShowsItsOutputSoFar()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);
        var id = await bench.StartAsync(BackgroundBench.Waits);
        await bench.Hub.UntilAsync(bench.Conversation, "agent_end", Cancel);

        JsonElement shown = default;
        var calls = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                shown = JsonElement.Parse(await bench.CallAsync("task_status", new { id = "#" + id })).GetProperty("tasks")[0];
                return shown.GetProperty("output").GetString() == "begun\n" || ++calls > 50;
            },
            Cancel);

        shown.GetProperty("state").GetString().ShouldBe("running");
        shown.GetProperty("output").GetString().ShouldBe("begun\n");
        shown.GetProperty("line").GetString().ShouldBe(BackgroundBench.Waits);
        JsonElement.Parse(await bench.CallAsync("task_status", new { })).GetProperty("tasks").GetArrayLength().ShouldBe(1);
        (await bench.CallAsync("task_status", new { id = "zzzzzz" })).ShouldContain("There is no task #zzzzzz of yours. /tasks lists those that there are.");
        bench.Model.Calls("task_status", """{"id": "zzzzzz"}""").Says("Fine.");
        await bench.SayAsync("任务 zzzzzz 怎么样了");
        await bench.Model.NextRequestAsync(Cancel);
        (await bench.ResultAsync()).ShouldContain("你没有任务 #zzzzzz。/tasks 列出任务。");
        bench.Go();
    }

    [Fact]
    public async Task RunBackground_IsUnderTheRulesAndTheGuardOfTheShell()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel, change: options => options with { Policy = [PolicyRule.Parse("shell", "touch *", "deny")] });

        (await bench.CallAsync("run_background", new { command = "touch forbidden" })).ShouldContain("forbids");
        (await bench.CallAsync("run_background", new { command = "rm -rf /" })).ShouldNotContain("⏳");
        File.Exists(Path.Combine(bench.Work, "forbidden")).ShouldBeFalse();
        (await bench.TasksAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task PlainCommand_ThatGoesThere_SaysTheSentenceAlone()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel, _soon);

        await bench.SayAsync($"/shell {BackgroundBench.Waits}");

        var answer = await bench.Hub.UntilAsync(bench.Conversation, "message_end", Cancel, data => data.GetProperty("message").GetProperty("role").GetString() == "assistant"
            && data.GetRawText().Contains("Task #", StringComparison.Ordinal));
        var text = answer.GetProperty("message").GetProperty("content")[0].GetProperty("text").GetString()!;
        text.ShouldBe($"⏳ Task #{BackgroundBench.IdIn(text)} started. I'll notify you when it's done.");
        bench.Go();
        await bench.NoticeAsync("✅ Task #");
    }

    [Fact]
    public async Task WholeWay_OnPostgres_IsTheSame()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel, engine: OnPostgres.Engine);
        var id = await bench.StartAsync("seq 1 20000");

        await bench.NoticeAsync($"✅ Task #{id} done (");
        await bench.Hub.UntilAsync(bench.Conversation, "file", Cancel);
        bench.Model.Says("Yes.");
        await bench.SayAsync("show what came of it");
        (await bench.Model.NextRequestAsync(Cancel)).Messages[^2].Text.ShouldContain(id);
    }
}
