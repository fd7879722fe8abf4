using System.Net.Http.Json;
using System.Text.Json;
using Muster.Node.Policy;
using Muster.Testing;
using Muster.Testing.Models;
using Shouldly;
using Xunit;
using ToolSet = Muster.Node.Tools.ToolSet;

namespace Muster.Tests.Node.Assistant;

public sealed class RunTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Message_Answered_ThreadHasEachEventOnceAndInOrder()
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        bench.Model.Then(new ScriptedAnswer().Call("system", """{"section":"time"}""").Uses(10, 2)).Then(new ScriptedAnswer().Text("Noon.").Uses(20, 3));

        (await bench.AskAsync("what time?", Cancel)).ShouldBe("Noon.");

        var thread = await bench.ThreadAsync(Cancel);
        thread.Select(item => item.Name).Where(name => name is not ("user_message" or "routed" or "notice")).ShouldBe(
            ["agent_start", "turn_start", "message_end", "tool_execution_start", "tool_execution_end", "message_end", "turn_end", "turn_start", "message_end", "turn_end", "agent_end"]);
        thread.Single(item => item.Name == "agent_end").Data.GetProperty("usage").GetProperty("input").GetInt64().ShouldBe(30);
    }

    [Fact]
    public async Task Machine_WithAShortRun_IsShownBusyAndFreeAtOnce()
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        bench.Model.Says("Quick.");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        await using var stream = await bench.Hub.Client.GetStreamAsync("/api/v1/events", deadline.Token);
        await bench.SayAsync("go", Cancel);

        var statuses = new List<string>();
        await foreach (var item in System.Net.ServerSentEvents.SseParser.Create(stream).EnumerateAsync(deadline.Token))
        {
            if (item.EventType == "node" && JsonDocument.Parse(item.Data).RootElement.GetProperty("status").GetString() is { } status)
            {
                statuses.Add(status);
                if (status == "online" && statuses.Contains("busy"))
                {
                    break;
                }
            }
        }

        statuses.ShouldContain("busy");
    }

    [Fact]
    public async Task Call_UnknownAndRefusedAndOlderName_AreShownWithStartAndEnd()
    {
        await using var bench = await NodeBench.StartAsync(Cancel, options => options with { Policy = [new PolicyRule("file_write", "*", PolicyAction.Deny)] });
        File.WriteAllText(Path.Combine(bench.Work, "a.txt"), "here");
        bench.Model.Then(new ScriptedAnswer()
                .Call("teleport").Call("file_write", """{"path":"b","content":"c"}""").Call("file_read", "{}").Call("file_ops", """{"action":"read","path":"a.txt"}"""))
            .Says("Tried.");

        await bench.AskAsync("go", Cancel);

        var thread = await bench.ThreadAsync(Cancel);
        thread.Count(item => item.Name == "tool_execution_start").ShouldBe(4);
        var ends = thread.Where(item => item.Name == "tool_execution_end").ToDictionary(item => item.Data.GetProperty("tool_call_id").GetString()!, item => item.Data);
        ends["call_1"].GetProperty("text").GetString()!.ShouldContain("no tool \"teleport\"");
        ends["call_2"].GetProperty("is_error").GetBoolean().ShouldBeTrue();
        ends["call_3"].GetProperty("is_error").GetBoolean().ShouldBeTrue();
        ends["call_4"].GetProperty("text").GetString()!.ShouldContain("here");
    }

    [Fact]
    public async Task HubTools_OfARun_AreAnsweredByTheHub()
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        bench.Model.Calls("memory_write", """{"text":"The NAS sleeps on Sundays."}""").Calls("memory_read", """{"query":"nas"}""").Calls("nodes").Says("Done.");

        await bench.AskAsync("remember", Cancel);

        var ends = (await bench.ThreadAsync(Cancel)).Where(item => item.Name == "tool_execution_end").Select(item => item.Data).ToList();
        ends.ShouldAllBe(end => !end.GetProperty("is_error").GetBoolean());
        ends[1].GetProperty("text").GetString()!.ShouldContain("sleeps on Sundays");
        ends[2].GetProperty("text").GetString()!.ShouldContain("nas");
    }

    [Fact]
    public async Task DollarCommand_ModelConfigured_RunsWithoutTheModel()
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        await RequireSandboxAsync(bench);

        (await bench.AskAsync("$ echo plain-$((40+2))", Cancel)).ShouldContain("plain-42");

        bench.Model.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Stop_WhileACommandRuns_EndsItsProcessesAndSaysHowMany()
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        await RequireSandboxAsync(bench);
        bench.Model.Calls("shell", """{"command":"(setsid sleep 283 &) ; touch started; sleep 284","timeout":50}""");
        await bench.SayAsync("wait", Cancel);
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(bench.Work, "started")), Cancel);

        using var answer = await bench.Hub.Client.PostAsync($"/api/v1/conversations/{bench.Conversation}/stop", null, Cancel);

        var receipt = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("receipts")[0];
        receipt.GetProperty("stopped").GetBoolean().ShouldBeTrue();
        receipt.GetProperty("processes").GetInt32().ShouldBeGreaterThan(1);
        RunningCommands("sleep\u0000283").ShouldBe(0);
        (await bench.UntilAsync("agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("aborted");
    }

    [Fact]
    public async Task Interrupt_OfACommand_BreaksItOff_AndIsAMessageForTheModel()
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        await RequireSandboxAsync(bench);
        bench.Model.Says("Looking at the log.");
        await bench.SayAsync("$ touch started; sleep 285", Cancel);
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(bench.Work, "started")), Cancel);

        await bench.SayAsync("/interrupt look at the log first", Cancel);

        await bench.UntilAsync("message_end", Cancel, data => data.GetRawText().Contains("Looking at the log.", StringComparison.Ordinal));
        RunningCommands("sleep\u0000285").ShouldBe(0);
        (await bench.UntilAsync("agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("aborted");
    }

    private static int RunningCommands(string line) => Directory.EnumerateDirectories("/proc").Count(folder =>
    {
        try
        {
            return File.ReadAllText(folder + "/cmdline").Contains(line, StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    private static async Task RequireSandboxAsync(NodeBench bench)
    {
        var status = await ToolSet.Check(bench.Tools, TimeProvider.System).GetAsync();
        Assert.SkipUnless(status.Works, status.Sentence);
    }
}
