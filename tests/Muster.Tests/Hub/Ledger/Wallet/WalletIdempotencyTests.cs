using System.Net;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Ledger.Wallet;

public sealed class WalletIdempotencyTests : WalletTest
{
    [Fact]
    public async Task Transfer_SameKeyAgain_HappensOnceAndAnswersTheSame()
    {
        var bob = await PersonAsync("bob");
        await GrantAsync("ada", "10");

        var first = await PostAsync(Ada, "transfers", new { to = "bob", amount = "2" }, "k1");
        await PostAsync(Ada, "transfers", new { to = "bob", amount = "8" });
        var again = await PostAsync(Ada, "transfers", new { to = "bob", amount = "2.0" }, "k1");

        again.Body.ToString().ShouldBe(first.Body.ToString());
        (await BalanceAsync(bob)).ShouldBe("10.000000");
    }

    [Fact]
    public async Task Transfer_SameKeyOtherBody_IsAConflict()
    {
        await PersonAsync("bob");
        await PersonAsync("eve");
        await GrantAsync("ada", "10");
        await PostAsync(Ada, "transfers", new { to = "bob", amount = "2" }, "k1");

        foreach (var other in (object[])[new { to = "bob", amount = "3" }, new { to = "eve", amount = "2" }, new { to = "bob", amount = "2", note = "x" }])
        {
            var refused = await PostAsync(Ada, "transfers", other, "k1");
            (refused.Status, refused.Code).ShouldBe((HttpStatusCode.Conflict, "idempotency_conflict"));
        }
    }

    [Fact]
    public async Task Transfer_SameKeyOfAnotherUser_IsItsOwn()
    {
        var bob = await PersonAsync("bob");
        await GrantAsync("ada", "10");
        await GrantAsync("bob", "10");

        (await PostAsync(Ada, "transfers", new { to = "bob", amount = "2" }, "k1")).Status.ShouldBe(HttpStatusCode.OK);
        (await PostAsync(bob, "transfers", new { to = "ada", amount = "3" }, "k1")).Status.ShouldBe(HttpStatusCode.OK);

        (await BalanceAsync(bob)).ShouldBe("9.000000");
    }

    [Fact]
    public async Task Transfer_RefusedForFunds_MayBeTriedAgainUnderItsKey()
    {
        await PersonAsync("bob");

        (await PostAsync(Ada, "transfers", new { to = "bob", amount = "2" }, "k1")).Code.ShouldBe("insufficient_credits");
        await GrantAsync("ada", "10");
        (await PostAsync(Ada, "transfers", new { to = "bob", amount = "2" }, "k1")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Grant_SameKeyAgain_HappensOnce()
    {
        for (var i = 0; i < 2; i++)
        {
            (await PostAsync(Ada, "grants", new { to = "ada", amount = "2" }, "k1")).Status.ShouldBe(HttpStatusCode.OK);
        }

        (await BalanceAsync(Ada)).ShouldBe("2.000000");
    }

    [Fact]
    public async Task Transfer_KeyTooLong_IsRefused() =>
        (await PostAsync(Ada, "transfers", new { to = "bob", amount = "2" }, new string('k', 201))).Fields.ShouldBe(["Idempotency-Key"]);

    [Fact]
    public async Task Transfer_ManyClientsWithTheSameKeys_HappenOnceEach()
    {
        var bob = await PersonAsync("bob");
        await GrantAsync("ada", "100");

        await Task.WhenAll(Enumerable.Range(0, 64).Select(async client =>
        {
            for (var i = 0; i < 5; i++)
            {
                (await PostAsync(Ada, "transfers", new { to = "bob", amount = "1" }, $"k{(client + i) % 16}")).Status.ShouldBe(HttpStatusCode.OK);
            }
        }));

        (await BalanceAsync(bob)).ShouldBe("16.000000");
    }
}
