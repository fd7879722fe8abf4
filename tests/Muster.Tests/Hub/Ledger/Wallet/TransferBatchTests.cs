using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Ledger.Wallet;

public sealed class TransferBatchTests : WalletTest
{
    [Fact]
    public async Task Batch_SomeWrong_TheOthersAreDoneAndEachIsAnswered()
    {
        var bob = await PersonAsync("bob");
        await GrantAsync("ada", "5");

        var answer = await BatchAsync([("bob", "2"), ("nobody", "1"), ("bob", "4"), ("bob", "1e1"), ("ada", "1"), ("bob", "3")]);

        answer.Status.ShouldBe(HttpStatusCode.OK);
        (answer.Body.GetProperty("done").GetInt32(), answer.Body.GetProperty("refused").GetInt32()).ShouldBe((2, 4));
        Items(answer).Select(item => item.GetProperty("error") is { ValueKind: JsonValueKind.Object } error
                ? $"{error.GetProperty("code")} {error.GetProperty("errors")[0].GetProperty("field")}"
                : item.GetProperty("transfer").GetProperty("amount").GetString())
            .ShouldBe(["2.000000", "invalid transfers[1].to", "insufficient_credits transfers[2].amount", "invalid transfers[3].amount", "invalid transfers[4].to", "3.000000"]);
        (await BalanceAsync(bob)).ShouldBe("5.000000");
    }

    [Fact]
    public async Task Batch_AllOrNothing_WithOneWrongDoesNone()
    {
        var bob = await PersonAsync("bob");
        await GrantAsync("ada", "5");

        var invalid = await BatchAsync([("bob", "2"), ("nobody", "1"), ("bob", "x")], all: true);
        var tooMuch = await BatchAsync([("bob", "2"), ("bob", "4"), ("bob", "5")], all: true);
        var good = await BatchAsync([("bob", "2"), ("bob", "3")], all: true);

        (invalid.Status, invalid.Code).ShouldBe((HttpStatusCode.UnprocessableEntity, "invalid"));
        invalid.Fields.ShouldBe(["transfers[1].to", "transfers[2].amount"]);
        (tooMuch.Status, tooMuch.Code).ShouldBe((HttpStatusCode.Conflict, "insufficient_credits"));
        tooMuch.Fields.ShouldBe(["transfers[1].amount", "transfers[2].amount"]);
        tooMuch.Detail!.ShouldStartWith("None of the transfers was done.");
        good.Status.ShouldBe(HttpStatusCode.OK);
        (await BalanceAsync(bob)).ShouldBe("5.000000");
    }

    [Fact]
    public async Task Batch_SameKeyAgain_HappensOnceAndAnswersTheSame()
    {
        var bob = await PersonAsync("bob");
        await GrantAsync("ada", "10");

        var first = await BatchAsync([("bob", "1"), ("bob", "1")], key: "k1");
        var again = await BatchAsync([("bob", "1"), ("bob", "1")], key: "k1");
        var other = await BatchAsync([("bob", "1"), ("bob", "2")], key: "k1");

        again.Body.ToString().ShouldBe(first.Body.ToString());
        Items(other)[1].GetProperty("error").GetProperty("code").GetString().ShouldBe("idempotency_conflict");
        (await BalanceAsync(bob)).ShouldBe("2.000000");
    }

    [Fact]
    public async Task Batch_AThousand_IsTheMost()
    {
        var bob = await PersonAsync("bob");
        await GrantAsync("ada", "10");
        var transfers = Enumerable.Repeat(("bob", "0.000001"), 1001).ToArray();

        (await BatchAsync(transfers)).Fields.ShouldBe(["transfers"]);
        (await BatchAsync([])).Fields.ShouldBe(["transfers"]);
        (await PostAsync(Ada, "transfers/batch", new { })).Fields.ShouldBe(["transfers"]);
        var most = await BatchAsync(transfers[1..], key: "k");

        Items(most).Select(item => item.GetProperty("transfer").GetProperty("number").GetInt64()).ShouldBeInOrder(SortDirection.Ascending);
        (await BalanceAsync(bob)).ShouldBe("0.001000");
    }

    [Fact]
    public async Task Batch_NullInIt_IsAnsweredAsWrong() =>
        Items(await PostAsync(Ada, "transfers/batch", new { transfers = new object?[] { null } }))[0].GetProperty("error").GetProperty("code").GetString().ShouldBe("invalid");

    private Task<Answer> BatchAsync((string To, string Amount)[] transfers, bool all = false, string? key = null) =>
        PostAsync(Ada, "transfers/batch", new { transfers = transfers.Select(transfer => new { to = transfer.To, amount = transfer.Amount }), all_or_nothing = all }, key);

    private static List<JsonElement> Items(Answer answer) => [.. answer.Body.GetProperty("items").EnumerateArray()];
}
