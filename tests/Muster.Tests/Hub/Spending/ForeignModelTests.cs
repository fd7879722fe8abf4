using System.Net.Http.Json;
using Muster.Hub.Ledger;
using Muster.Testing;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Spending;

/// <summary>Bob asks on Ada's machine, whose model has a price: held before, paid after, and what is over comes back.</summary>
public sealed class ForeignModelTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ScriptedAnswer Answer(long tokens) => new ScriptedAnswer().Text("Done.").Uses(50, tokens);

    [Fact]
    public async Task Tokens_AreHeldThenPaidToTheOwner_WithTheHubsFee()
    {
        await using var bench = await SpendingBench.StartAsync(options => options with { Ledger = new LedgerOptions { RewardFee = new Share(50_000) } });
        using var bob = await bench.FriendAsync("bob", "1");
        var conversation = await SpendingBench.ConversationAsync(bob);
        var gate = new TaskCompletionSource();
        bench.Model.Then(new ScriptedAnswer().Text("Do").WaitFor(gate.Task).Text("ne.").Uses(50, 200));

        await SpendingBench.SayAsync(bob, conversation, "go");
        await bench.Model.NextRequestAsync(Cancel);

        (await SpendingBench.WalletAsync(bob)).ShouldBe(("0.900000", "0.100000"));
        gate.SetResult();
        (await SpendingBench.EndAsync(bob, conversation)).ShouldBe("completed");
        (await SpendingBench.WalletAsync(bob)).ShouldBe(("0.980000", "0.000000"));
        (await SpendingBench.WalletAsync(bench.Ada)).ShouldBe(("0.019000", "0.000000"));
        (await SpendingBench.SpentAsync(bob, conversation)).ShouldBe("0.020000");
        await bench.ProveAsync();
    }

    [Fact]
    public async Task Machine_ThatAsksForMoreThanWasHeld_GetsWhatWasHeld()
    {
        await using var bench = await SpendingBench.StartAsync();
        using var bob = await bench.FriendAsync("bob", "1");
        var conversation = await SpendingBench.ConversationAsync(bob);
        bench.Model.Then(Answer(5_000));

        await SpendingBench.SayAsync(bob, conversation, "go");

        (await SpendingBench.EndAsync(bob, conversation)).ShouldBe("completed");
        (await SpendingBench.WalletAsync(bob)).ShouldBe(("0.900000", "0.000000"));
        await bench.ProveAsync();
    }

    [Fact]
    public async Task NoCredits_TheRunWaits_AndGoesOnOnceTheyAreThere()
    {
        await using var bench = await SpendingBench.StartAsync();
        using var bob = await bench.FriendAsync("bob", null);
        var conversation = await SpendingBench.ConversationAsync(bob);
        bench.Model.Then(Answer(200));
        await SpendingBench.SayAsync(bob, conversation, "go");

        (await SpendingBench.PausedAsync(bob, conversation)).ShouldContain("0.000000 CPT are free");
        bench.Model.Requests.ShouldBeEmpty();
        await bench.GrantAsync("bob", "1");

        (await SpendingBench.EndAsync(bob, conversation)).ShouldBe("completed");
        (await SpendingBench.WalletAsync(bob)).ShouldBe(("0.980000", "0.000000"));
        await bench.ProveAsync();
    }

    [Fact]
    public async Task CreditsThatOtherModelsHold_AreSaidToBeHeld_InOneUnit()
    {
        await using var bench = await SpendingBench.StartAsync();
        using var bob = await bench.FriendAsync("bob", "0.15");
        var (first, second) = (await SpendingBench.ConversationAsync(bob), await SpendingBench.ConversationAsync(bob));
        var gate = new TaskCompletionSource();
        bench.Model.Then(new ScriptedAnswer().Text("Do").WaitFor(gate.Task)).Then(Answer(100));
        await SpendingBench.SayAsync(bob, first, "go");
        await bench.Model.NextRequestAsync(Cancel);

        await SpendingBench.SayAsync(bob, second, "go");

        var said = await SpendingBench.PausedAsync(bob, second);
        said.ShouldContain("This needs 0.100000 CPT and 0.050000 CPT are free (0.100000 CPT more are held for jobs and models: what these do not use comes back).");
        said.ShouldNotContain("credits");
        gate.SetResult();
        (await SpendingBench.EndAsync(bob, second)).ShouldBe("completed");
    }

    [Fact]
    public async Task LostMachine_CostsNothing()
    {
        await using var bench = await SpendingBench.StartAsync();
        using var bob = await bench.FriendAsync("bob", "1");
        var conversation = await SpendingBench.ConversationAsync(bob);
        var gate = new TaskCompletionSource();
        bench.Model.Then(new ScriptedAnswer().Text("Do").WaitFor(gate.Task));
        await SpendingBench.SayAsync(bob, conversation, "go");
        await bench.Model.NextRequestAsync(Cancel);
        (await SpendingBench.WalletAsync(bob)).ShouldBe(("0.900000", "0.100000"));

        await bench.Machine.DownAsync();
        (await bench.Ada.DeleteAsync("/api/v1/nodes/nas", Cancel)).EnsureSuccessStatusCode();

        await Eventually.TrueAsync(async () => await SpendingBench.WalletAsync(bob) == ("1.000000", "0.000000"), Cancel);
        (await SpendingBench.SpentAsync(bob, conversation)).ShouldBe("0.000000");
        await bench.ProveAsync();
    }

    [Fact]
    public async Task KilledMachine_AsksAnew_AndTheCallOfWhichNothingCameCostsNothing()
    {
        await using var bench = await SpendingBench.StartAsync();
        using var bob = await bench.FriendAsync("bob", "1");
        var conversation = await SpendingBench.ConversationAsync(bob);
        var gate = new TaskCompletionSource();
        bench.Model.Then(new ScriptedAnswer().WaitFor(gate.Task)).Then(Answer(300));
        await SpendingBench.SayAsync(bob, conversation, "go");
        await bench.Model.NextRequestAsync(Cancel);

        await bench.Machine.DownAsync();
        await bench.Machine.UpAsync(Cancel, SpendingBench.Priced);

        (await SpendingBench.EndAsync(bob, conversation)).ShouldBe("completed");
        (await SpendingBench.WalletAsync(bob)).ShouldBe(("0.970000", "0.000000"));
        await bench.ProveAsync();
    }

    [Fact]
    public async Task Guest_IsToldWhy()
    {
        await using var bench = await SpendingBench.StartAsync();
        using var bob = await bench.FriendAsync("bob", "1");
        (await bench.Ada.PatchAsJsonAsync("/api/v1/users/bob", new { role = "guest" }, Cancel)).EnsureSuccessStatusCode();
        var conversation = await SpendingBench.ConversationAsync(bob);

        await SpendingBench.SayAsync(bob, conversation, "go");

        var end = await SpendingBench.UntilAsync(bob, conversation, "agent_end");
        end.GetProperty("outcome").GetString().ShouldBe("failed");
        end.GetProperty("error").GetString()!.ShouldContain("A guest cannot spend credits");
    }

    [Fact]
    public async Task TwoRuns_OfOnePurse_CannotSpendMoreThanIsThere()
    {
        await using var bench = await SpendingBench.StartAsync();
        using var bob = await bench.FriendAsync("bob", "0.15");
        var gate = new TaskCompletionSource();
        bench.Model.Otherwise = _ => new ScriptedAnswer().Text("Do").WaitFor(gate.Task).Text("ne.").Uses(50, 200);
        var (first, second) = (await SpendingBench.ConversationAsync(bob), await SpendingBench.ConversationAsync(bob));

        await Task.WhenAll(SpendingBench.SayAsync(bob, first, "go"), SpendingBench.SayAsync(bob, second, "go"));
        await bench.Model.NextRequestAsync(Cancel);
        await Eventually.TrueAsync(async () => await bench.ToldAsync() == 1, Cancel);
        bench.Model.Requests.Count.ShouldBe(1);
        gate.SetResult();

        (await SpendingBench.EndAsync(bob, first)).ShouldBe("completed");
        (await SpendingBench.EndAsync(bob, second)).ShouldBe("completed");
        (await SpendingBench.WalletAsync(bob)).ShouldBe(("0.110000", "0.000000"));
        await bench.ProveAsync();
    }
}
