using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Ledger;
using Muster.Hub.Spending;
using Muster.Protocol.Ids;
using Muster.Storage;
using Muster.Tests.Hub.Accounts;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Spending;

/// <summary>Reserve, settle and end of several runs in any order, twice or never: no limit is passed, and the ledger adds up.</summary>
public sealed class SpendingOrderTests : PeopleTest
{
    private const int Steps = 300;

    private readonly List<(RunRow Run, string Call, long Micro)> _open = [];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task AnyOrder_KeepsLimitsAndLedger(int seed)
    {
        var random = new Random(seed);
        var person = await JoinAsync("bob");
        var (bob, user) = (person.Client, Id<User>.Parse(person.Id));
        var payee = Id<User>.Parse((await OkAsync(Ada, HttpMethod.Get, "me")).GetProperty("user").GetProperty("id").GetString()!);
        await OkAsync(Ada, HttpMethod.Post, "wallet/grants", new { to = "bob", amount = "1" });
        var conversation = (await OkAsync(bob, HttpMethod.Post, "conversations", new { title = "x" })).GetProperty("id").GetString()!;
        await OkAsync(bob, HttpMethod.Put, $"conversations/{conversation}/budget", new { max_cpt = "0.6" });
        var desk = App.Hub.Services.GetRequiredService<SpendingDesk>();
        List<RunRow> runs = [];
        for (var step = 0; step < Steps; step++)
        {
            await Database.WriteAsync(tx => Step(tx, desk, random, runs, new Payment(conversation, user, payee)), Cancel);
            var (state, findings) = await Database.ReadAsync(tx => (SpendingLimits.Of(tx, conversation), LedgerBook.Verify(tx)), Cancel);
            state.Spent.ShouldBeLessThanOrEqualTo(600_000);
            findings.ShouldBeEmpty();
        }

        await Database.WriteAsync(tx => runs.ForEach(run => desk.Ended(tx, run.Id)), Cancel);

        var spent = (await Database.ReadAsync(tx => SpendingLimits.Of(tx, conversation), Cancel)).Spent;
        var wallet = await OkAsync(bob, HttpMethod.Get, "wallet");
        wallet.GetProperty("held").GetString().ShouldBe("0.000000");
        wallet.GetProperty("balance").GetString().ShouldBe(new Credits(1_000_000 - spent).ToString());
        (await OkAsync(Ada, HttpMethod.Get, "wallet")).GetProperty("balance").GetString().ShouldBe(new Credits(spent).ToString());
        (await Database.ReadAsync(tx => tx.Scalar<long>("select count(*) from spending_calls"), Cancel)).ShouldBe(0);
    }

    private void Step(Transaction tx, SpendingDesk desk, Random random, List<RunRow> runs, Payment payment)
    {
        switch (random.Next(6))
        {
            case 0 when runs.Count < 5:
                var run = new RunRow { Id = Id<Run>.New(TimeProvider.System).ToString(), ConversationId = payment.Conversation, NodeId = "nod_x", MessageId = "msg_x", State = "running" };
                RunStore.Add(tx, run, DateTimeOffset.UnixEpoch);
                runs.Add(run);
                break;
            case 1 or 2 when runs.Count > 0:
                var by = runs[random.Next(runs.Count)];
                var ask = new SpendingAsk(Spender.Of(tx, by), payment.User, Id<Key>.New(TimeProvider.System).ToString(), "m", random.Next(200_000), payment.Payee, Own: false);
                if (desk.Reserve(tx, ask) is SpendingAnswer.Reserved)
                {
                    desk.Reserve(tx, ask).ShouldBeOfType<SpendingAnswer.Reserved>();
                    _open.Add((by, ask.Call, ask.Micro));
                }

                break;
            case 3 or 4 when _open.Count > 0:
                var (of, call, micro) = _open[random.Next(_open.Count)]; // also one that was settled or cut off
                desk.Settle(tx, of.Id, call, random.NextInt64(micro * 2 + 1));
                break;
            case 5 when runs.Count > 0:
                desk.Ended(tx, runs[random.Next(runs.Count)].Id);
                break;
        }
    }

    private sealed record Payment(string Conversation, Id<User> User, Id<User> Payee);
}
