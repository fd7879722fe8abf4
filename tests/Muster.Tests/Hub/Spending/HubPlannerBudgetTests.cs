using Muster.Agents.Providers;
using Muster.Agents.Providers.Spending;
using Muster.Hub;
using Muster.Hub.Chat.Assistant;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Spending;

/// <summary>The hub's own calls beside its agent, of a model that sets 0.1 CPT aside for each: which machine, which plan, one answer.</summary>
public sealed class HubPlannerBudgetTests
{
    private const string Wish = "plan: look at the log, then count the errors in it";
    private const string Plan =
        """
        {"complexity":"moderate","reasoning":"Two steps.","subtasks":[{"id":"look","description":"look at the log","kind":"files"},
         {"id":"count","description":"count the errors","kind":"files","depends_on":["look"]}]}
        """;

    private readonly ScriptedModel _model = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PlanAndAnswer_CountForTheirConversation()
    {
        await using var bench = await StartAsync();
        _model.Then(new ScriptedAnswer().Call("plan", Plan).Uses(50, 200)).Then(new ScriptedAnswer().Call("answer", """{"text":"Three errors."}""").Uses(50, 100));
        var conversation = await SpendingBench.ConversationAsync(bench.Ada);

        await SpendingBench.SayAsync(bench.Ada, conversation, Wish);

        var end = await SpendingBench.UntilAsync(bench.Ada, conversation, "agent_end");
        end.GetProperty("outcome").GetString().ShouldBe("completed");
        end.GetProperty("cpt").GetString().ShouldBe("0.070000");
        (await SpendingBench.SpentAsync(bench.Ada, conversation)).ShouldBe("0.070000");
        (await SpendingBench.UntilAsync(bench.Ada, conversation, "message_end")).GetRawText().ShouldContain("Three errors.");
    }

    [Fact]
    public async Task Limit_TheWordsDecideAndTheResultsAreListed_AndBothAreSaid()
    {
        await using var bench = await StartAsync();
        var conversation = await SpendingBench.ConversationAsync(bench.Ada);
        await SpendingBench.LimitAsync(bench.Ada, conversation, new { max_cpt = "0.05" });
        await SpendingBench.SayAsync(bench.Ada, conversation, Wish);

        var plan = await SpendingBench.UntilAsync(bench.Ada, conversation, "notice", notice => notice.GetProperty("kind").GetString() == "plan");
        plan.GetProperty("text").GetString()!.ShouldContain("The plan (2 steps):");
        plan.GetProperty("text").GetString()!.ShouldContain("No model was asked: This conversation may spend 0.050000 CPT");
        await SpendingBench.PausedAsync(bench.Ada, conversation);
        await SpendingBench.LimitAsync(bench.Ada, conversation, new { max_cpt = "0.12" });

        var answer = await SpendingBench.UntilAsync(bench.Ada, conversation, "message_end");
        var text = answer.GetProperty("message").GetProperty("content")[0].GetProperty("text").GetString()!;
        text.ShouldContain("Three.");
        text.ShouldContain("No model was asked: This conversation may spend 0.120000 CPT, 0.040000 of them are spent");
        _model.Requests.ShouldBeEmpty();
        (await SpendingBench.EndAsync(bench.Ada, conversation)).ShouldBe("completed");
    }

    [Fact]
    public async Task Router_CountsForItsConversation_AndAtTheLimitTheRulesDecideAndSaySo()
    {
        await using var bench = await StartAsync();
        await using var pi = await bench.Machine.Hub.JoinAsync("pi", Cancel);
        _model.Otherwise = _ => new ScriptedAnswer().Call("route_to", """{"node_id":"nas","reason":"it is about files"}""").Uses(50, 100);
        var conversation = await SpendingBench.ConversationAsync(bench.Ada);
        await SpendingBench.SayAsync(bench.Ada, conversation, "tidy up a little");
        (await SpendingBench.EndAsync(bench.Ada, conversation)).ShouldBe("completed");
        _model.Requests.Count.ShouldBe(1);
        (await SpendingBench.SpentAsync(bench.Ada, conversation)).ShouldBe("0.030000");
        await SpendingBench.LimitAsync(bench.Ada, conversation, new { max_cpt = "0.05" });

        await SpendingBench.SayAsync(bench.Ada, conversation, "tidy up a little more");

        var routed = await SpendingBench.UntilAsync(bench.Ada, conversation, "routed", data => data.GetRawText().Contains("may spend", StringComparison.Ordinal));
        routed.GetProperty("reason").GetString()!.ShouldContain("No model was asked: This conversation may spend 0.050000 CPT, 0.030000 of them are spent");
        _model.Requests.Count.ShouldBe(1);
    }

    /// <summary>The machine answers "Three." for 0.02 CPT each time.</summary>
    private async Task<SpendingBench> StartAsync()
    {
        var bench = await SpendingBench.StartAsync(options => options with
        {
            Assistant = new AssistantOptions
            {
                Models = new ModelCatalog([new ModelOptions { Name = "main", Stream = _model.Stream, Price = new ModelPrice(0, 100, 0), MaxTokens = 1_000 }], TimeProvider.System),
            },
        });
        bench.Model.Otherwise = _ => new ScriptedAnswer().Text("Three.").Uses(50, 200);
        return bench;
    }
}
