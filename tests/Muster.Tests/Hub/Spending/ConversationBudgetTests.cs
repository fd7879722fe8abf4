using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Spending;

/// <summary>What a conversation may spend on a machine of one's own: nothing moves, and the limit holds.</summary>
public sealed class ConversationBudgetTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ScriptedAnswer Answer(long tokens) => new ScriptedAnswer().Text("Done.").Uses(50, tokens);

    private static ScriptedAnswer Write(string path) => new ScriptedAnswer().Call("file_write", $$"""{"path":"{{path}}","content":"x"}""").Uses(50, 200);

    [Fact]
    public async Task OwnMachine_TokensAreCounted_AndNoCreditsMove()
    {
        await using var bench = await SpendingBench.StartAsync();
        var conversation = await SpendingBench.ConversationAsync(bench.Ada);
        bench.Model.Then(Write("a.txt")).Then(Answer(100));

        await SpendingBench.SayAsync(bench.Ada, conversation, "go");

        var end = await SpendingBench.UntilAsync(bench.Ada, conversation, "agent_end");
        end.GetProperty("outcome").GetString().ShouldBe("completed");
        end.GetProperty("cpt").GetString().ShouldBe("0.030000");
        (await SpendingBench.SpentAsync(bench.Ada, conversation)).ShouldBe("0.030000");
        (await SpendingBench.WalletAsync(bench.Ada)).ShouldBe(("0.000000", "0.000000"));
        await bench.ProveAsync();
    }

    [Fact]
    public async Task Limit_Reached_TheRunWaitsAndSaysSo_AndMoreLetsTheSameRunGoOn()
    {
        await using var bench = await SpendingBench.StartAsync();
        var conversation = await SpendingBench.ConversationAsync(bench.Ada);
        await SpendingBench.LimitAsync(bench.Ada, conversation, new { max_cpt = "0.1" });
        bench.Model.Then(Write("a.txt")).Then(Answer(100));
        await SpendingBench.SayAsync(bench.Ada, conversation, "go");

        var said = await SpendingBench.PausedAsync(bench.Ada, conversation);

        said.ShouldContain("may spend 0.100000 CPT, 0.020000 of them are spent");
        said.ShouldContain("may cost up to 0.100000");
        said.ShouldContain("/budget +0.1");
        bench.Model.Requests.Count.ShouldBe(1);
        (await bench.ToldAsync()).ShouldBe(1);
        (await MoreAsync(bench, conversation)).ShouldBe("0.100000");

        await SpendingBench.SayAsync(bench.Ada, conversation, "/budget +0.1");

        (await SpendingBench.EndAsync(bench.Ada, conversation)).ShouldBe("completed");
        (await MoreAsync(bench, conversation)).ShouldBeNull();
        bench.Model.Requests.Count.ShouldBe(2);
        (await SpendingBench.SpentAsync(bench.Ada, conversation)).ShouldBe("0.030000");
    }

    [Fact]
    public async Task Limit_RaisedWithoutTheRightToApprove_IsRefused_AndLoweringIsNot()
    {
        await using var bench = await SpendingBench.StartAsync();
        var conversation = await SpendingBench.ConversationAsync(bench.Ada);
        var stored = bench.Machine.Hub.Client;
        await SpendingBench.LimitAsync(stored, conversation, new { max_cpt = "5" });

        foreach (var raise in (object[])[new { add_cpt = "1" }, new { max_cpt = "6" }, new { }])
        {
            using var refused = await stored.PutAsJsonAsync($"/api/v1/conversations/{conversation}/budget", raise, Cancel);
            refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        using var misspelt = await bench.Ada.PutAsJsonAsync($"/api/v1/conversations/{conversation}/budget", new { maxcpt = "6" }, Cancel);
        ((int)misspelt.StatusCode).ShouldBe(422);
        (await SpendingBench.LimitAsync(stored, conversation, new { max_cpt = "2" })).GetProperty("left_cpt").GetString().ShouldBe("2.000000");
        (await SpendingBench.LimitAsync(bench.Ada, conversation, new { add_cpt = "1" })).GetProperty("max_cpt").GetString().ShouldBe("3.000000");
        (await SpendingBench.LimitAsync(bench.Ada, conversation, new { })).GetProperty("max_cpt").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Stop_WhileItWaits_EndsTheRun()
    {
        await using var bench = await SpendingBench.StartAsync();
        var conversation = await SpendingBench.ConversationAsync(bench.Ada);
        await SpendingBench.LimitAsync(bench.Ada, conversation, new { max_cpt = "0.05" });
        await SpendingBench.SayAsync(bench.Ada, conversation, "go");
        await SpendingBench.PausedAsync(bench.Ada, conversation);

        await SpendingBench.SayAsync(bench.Ada, conversation, "/stop");

        (await SpendingBench.EndAsync(bench.Ada, conversation)).ShouldBe("aborted");
        bench.Model.Requests.ShouldBeEmpty();
        (await SpendingBench.SpentAsync(bench.Ada, conversation)).ShouldBe("0.000000");
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Restart_WhileItWaits_ItWaitsOnAndIsToldOnce(bool node, bool hub)
    {
        await using var bench = await SpendingBench.StartAsync();
        var conversation = await SpendingBench.ConversationAsync(bench.Ada);
        await SpendingBench.LimitAsync(bench.Ada, conversation, new { max_cpt = "0.1" });
        bench.Model.Then(Write("a.txt")).Then(Answer(100));
        await SpendingBench.SayAsync(bench.Ada, conversation, "go");
        await SpendingBench.PausedAsync(bench.Ada, conversation);

        if (node)
        {
            await bench.Machine.DownAsync();
        }

        if (hub)
        {
            await bench.RestartHubAsync();
        }

        if (node)
        {
            await bench.Machine.UpAsync(Cancel, SpendingBench.Priced);
        }

        await SpendingBench.LimitAsync(bench.Ada, conversation, new { add_cpt = "0.1" });

        (await SpendingBench.EndAsync(bench.Ada, conversation)).ShouldBe("completed");
        bench.Model.Requests.Count.ShouldBe(2);
        (await SpendingBench.SpentAsync(bench.Ada, conversation)).ShouldBe("0.030000");
        (await bench.ToldAsync()).ShouldBe(1);
    }

    private static async Task<string?> MoreAsync(SpendingBench bench, string conversation) =>
        (await bench.Ada.GetFromJsonAsync<JsonElement>($"/api/v1/conversations/{conversation}/budget", Cancel)).GetProperty("more_cpt").GetString();
}
