using System.Net.Http.Json;
using Muster.Testing;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Spending;

/// <summary>Plans and requests to many machines count against the limit of their conversation, and are paid as its runs are.</summary>
public sealed class TalkedWorkBudgetTests
{
    private const string Wish = "plan: look at the log, then count the errors in it";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ScriptedAnswer Answer => new ScriptedAnswer().Text("Three.").Uses(50, 200);

    [Fact]
    public async Task Plan_AtTheLimitOfItsConversation_WaitsAndGoesOnWithMore()
    {
        await using var bench = await SpendingBench.StartAsync();
        bench.Model.Otherwise = _ => Answer;
        var conversation = await SpendingBench.ConversationAsync(bench.Ada);
        await SpendingBench.LimitAsync(bench.Ada, conversation, new { max_cpt = "0.11" });

        await SpendingBench.SayAsync(bench.Ada, conversation, Wish);

        (await SpendingBench.PausedAsync(bench.Ada, conversation)).ShouldContain("This conversation may spend 0.110000 CPT, 0.020000 of them are spent");
        bench.Model.Requests.Count.ShouldBe(1);
        await SpendingBench.SayAsync(bench.Ada, conversation, "/budget +0.1");
        (await SpendingBench.EndAsync(bench.Ada, conversation)).ShouldBe("completed");
        (await SpendingBench.SpentAsync(bench.Ada, conversation)).ShouldBe("0.040000");
        (await bench.ToldAsync()).ShouldBe(1);
        await bench.ProveAsync();
    }

    [Fact]
    public async Task Plan_Stopped_WhileItWaits_EndsAtOnce()
    {
        await using var bench = await SpendingBench.StartAsync();
        bench.Model.Otherwise = _ => Answer;
        var conversation = await SpendingBench.ConversationAsync(bench.Ada);
        await SpendingBench.LimitAsync(bench.Ada, conversation, new { max_cpt = "0.05" });
        await SpendingBench.SayAsync(bench.Ada, conversation, Wish);
        await SpendingBench.PausedAsync(bench.Ada, conversation);

        await SpendingBench.SayAsync(bench.Ada, conversation, "/stop");

        (await SpendingBench.EndAsync(bench.Ada, conversation)).ShouldBe("aborted");
        await Eventually.TrueAsync(async () => await bench.WaitsAsync() == 0, Cancel);
        bench.Model.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Plan_OnAnothersMachine_PaysCallByCall()
    {
        await using var bench = await SpendingBench.StartAsync();
        bench.Model.Otherwise = _ => Answer;
        using var bob = await bench.FriendAsync("bob", "1");
        (await bench.Ada.PutAsJsonAsync("/api/v1/nodes/nas/permissions", new { ask = new[] { "bob" }, run = new[] { "bob" } }, Cancel)).EnsureSuccessStatusCode();
        var conversation = await SpendingBench.ConversationAsync(bob);

        await SpendingBench.SayAsync(bob, conversation, Wish);

        (await SpendingBench.EndAsync(bob, conversation)).ShouldBe("completed");
        (await SpendingBench.WalletAsync(bob)).ShouldBe(("0.960000", "0.000000"));
        (await SpendingBench.WalletAsync(bench.Ada)).ShouldBe(("0.040000", "0.000000"));
        (await SpendingBench.SpentAsync(bob, conversation)).ShouldBe("0.040000");
        await bench.ProveAsync();
    }

    [Fact]
    public async Task ManyMachines_Count_AndAtTheLimitSayHowToGoOn()
    {
        await using var bench = await SpendingBench.StartAsync();
        bench.Model.Otherwise = _ => Answer;
        var conversation = await SpendingBench.ConversationAsync(bench.Ada);
        await SpendingBench.LimitAsync(bench.Ada, conversation, new { max_cpt = "0.11" });
        await SpendingBench.SayAsync(bench.Ada, conversation, "@all how many errors are in the log?");
        (await SpendingBench.EndAsync(bench.Ada, conversation)).ShouldBe("completed");
        (await SpendingBench.SpentAsync(bench.Ada, conversation)).ShouldBe("0.020000");

        await SpendingBench.SayAsync(bench.Ada, conversation, "@all how many warnings are in the log?");

        var answer = await SpendingBench.UntilAsync(
            bench.Ada, conversation, "message_end", told => told.GetRawText().Contains("may spend", StringComparison.Ordinal));
        var text = answer.GetProperty("message").GetProperty("content")[0].GetProperty("text").GetString()!;
        text.ShouldContain("This conversation may spend 0.110000 CPT, 0.020000 of them are spent");
        text.ShouldContain("/budget +0.200000 allows more");
        bench.Model.Requests.Count.ShouldBe(1);
        (await bench.ToldAsync()).ShouldBe(0);
    }
}
