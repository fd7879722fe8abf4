using System.Net.Http.Json;
using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Testing;
using Muster.Testing.Hub;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Assistant;

public sealed class ResumeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Node_DownWhileTheModelAnswers_GoesOnAndTellsEachEventOnce()
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        var never = new TaskCompletionSource();
        bench.Model.Calls("system", """{"section":"time"}""").Then(new ScriptedAnswer().Text("Half").WaitFor(never.Task));
        await bench.SayAsync("go", Cancel);
        await bench.Model.NextRequestAsync(Cancel);
        await bench.Model.NextRequestAsync(Cancel);

        await bench.DownAsync();
        bench.Model.Says("Whole.");
        await bench.UpAsync(Cancel);
        await bench.UntilAsync("agent_end", Cancel);

        var thread = await bench.ThreadAsync(Cancel);
        thread.Count(item => item.Name == "agent_end").ShouldBe(1);
        thread.Count(item => item.Name == "tool_execution_start").ShouldBe(1);
        thread.Count(item => item.Name == "tool_execution_end").ShouldBe(1);
        thread.Where(item => item.Name is "turn_start" or "turn_end").Select(item => $"{item.Name} {item.Data.GetProperty("turn")}")
            .ShouldBe(["turn_start 1", "turn_end 1", "turn_start 2", "turn_end 2"]);
        thread.Where(item => item.Name == "agent_start").Select(item => item.Data.GetProperty("resumed").GetBoolean()).ShouldBe([false, true]);
    }

    [Fact]
    public async Task Store_ThatTakesNothingForAWhile_IsWaitedFor()
    {
        using var log = new LogLines();
        await using var bench = await NodeBench.StartAsync(Cancel, options => options with { Loggers = log });
        HeldDatabase? held = null;
        bench.Model.Calls("system", """{"section":"time"}""").Then(new ScriptedAnswer().Do(() =>
        {
            held = HeldDatabase.Of(bench.Home, "node.db");
            return ValueTask.CompletedTask;
        }).Text("Noon."));

        await bench.SayAsync("what time is it?", Cancel);
        await Eventually.TrueAsync(() => log.Have("Runs wait: The database "), Cancel);
        held!.Dispose();

        (await bench.UntilAsync("agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("completed");
        (await bench.ThreadAsync(Cancel)).Count(item => item.Name == "message_end" && item.Data.GetRawText().Contains("Noon.", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Node_DownAfterAnyOfItsEvents_TellsEachOnceAndEnds(int after)
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        bench.Model.Otherwise = request => request.Messages[^1] is ToolResultMessage
            ? new ScriptedAnswer().Text("Done.")
            : new ScriptedAnswer().Call("system", """{"section":"time"}""").Call("file_write", """{"path":"log.txt","content":"line","append":true}""");
        await bench.SayAsync("go", Cancel);
        await bench.EventAsync(after, Cancel);

        await bench.DownAsync();
        await bench.UpAsync(Cancel);
        await bench.UntilAsync("agent_end", Cancel);

        var thread = await bench.ThreadAsync(Cancel);
        thread.Count(item => item.Name == "agent_end").ShouldBe(1);
        thread[^1].Data.GetProperty("outcome").GetString().ShouldBe("completed");
        var calls = thread.Where(item => item.Name == "tool_execution_start").Select(item => item.Data.GetProperty("tool_call_id").GetString()).ToList();
        calls.ShouldBeUnique();
        thread.Where(item => item.Name == "tool_execution_end").Select(item => item.Data.GetProperty("tool_call_id").GetString()).ShouldBe(calls, ignoreOrder: true);
        thread.Where(item => item.Name == "message_end").Select(item => item.Data.GetProperty("message").GetProperty("id").GetString()).ShouldBeUnique();
        var log = Path.Combine(bench.Work, "log.txt");
        (File.Exists(log) ? File.ReadAllText(log) : "").ShouldBeOneOf("", "line");
    }

    [Fact]
    public async Task Steer_NodeDownBeforeItIsSaid_IsSaidOnceAfterwards()
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        var never = new TaskCompletionSource();
        bench.Model.Then(new ScriptedAnswer().Text("Half").WaitFor(never.Task));
        await bench.SayAsync("go", Cancel);
        await bench.Model.NextRequestAsync(Cancel);
        var steer = await bench.SayAsync("also this", Cancel);
        await bench.UntilAsync("routed", Cancel, data => data.GetProperty("message_id").GetString() == steer);

        await bench.DownAsync();
        bench.Model.Otherwise = _ => new ScriptedAnswer().Text("Both.");
        await bench.UpAsync(Cancel);
        await Eventually.TrueAsync(() => bench.Model.Requests.Any(request => Count(request) > 0), Cancel);

        Count(bench.Model.Requests[^1]).ShouldBe(1);

        static int Count(ModelRequest request) => request.Messages.OfType<UserMessage>().Count(message => message.Text == "also this");
    }

    [Fact]
    public async Task Steer_WhileRunning_ReachesTheModelOnce()
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        var go = new TaskCompletionSource();
        bench.Model.Then(new ScriptedAnswer().Text("One.").WaitFor(go.Task)).Says("Two.");
        await bench.SayAsync("go", Cancel);
        await bench.Model.NextRequestAsync(Cancel);
        var steer = await bench.SayAsync("more", Cancel);
        await bench.UntilAsync("routed", Cancel, data => data.GetProperty("message_id").GetString() == steer && data.GetProperty("steered").GetBoolean());
        go.SetResult();

        // In the same run, or, when it came too late for that, in one of its own.
        (await bench.Model.NextRequestAsync(Cancel)).Messages[^1].Text.ShouldBe("more");
        await bench.UntilAsync("message_end", Cancel, data => data.GetProperty("message").GetRawText().Contains("Two.", StringComparison.Ordinal));
        bench.Model.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Stop_WhileTheNodeIsDown_EndsTheRunWhenItIsBack()
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        var never = new TaskCompletionSource();
        bench.Model.Then(new ScriptedAnswer().Text("Half").WaitFor(never.Task));
        await bench.SayAsync("go", Cancel);
        await bench.Model.NextRequestAsync(Cancel);
        await bench.DownAsync();

        using var stopped = await bench.Hub.Client.PostAsync($"/api/v1/conversations/{bench.Conversation}/stop", null, Cancel);
        stopped.EnsureSuccessStatusCode();
        bench.Model.Then(new ScriptedAnswer().Text("Revived").WaitFor(never.Task));
        await bench.UpAsync(Cancel);
        bench.Model.Otherwise = _ => new ScriptedAnswer().Text("New.");

        (await bench.AskAsync("anew", Cancel)).ShouldNotContain("Half");
        (await bench.ThreadAsync(Cancel)).Count(item => item.Name == "agent_end").ShouldBe(2);
    }
}
