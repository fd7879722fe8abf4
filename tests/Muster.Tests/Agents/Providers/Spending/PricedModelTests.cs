using System.Runtime.CompilerServices;
using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Agents.Providers;
using Muster.Agents.Providers.Spending;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Providers.Spending;

public sealed class PricedModelTests
{
    private static readonly ModelRequest _request = new("", [], [], ModelSettings.Default);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Price_CountsWhatCameFromTheCacheAtItsOwn_AndDropsParts()
    {
        var price = new ModelPrice(3, 15, 0.3m);

        price.Of(new Usage(1_000, 10, CacheRead: 900)).ShouldBe(100 * 3 + 270 + 150);
        price.Of(new Usage(1, 0, CacheRead: 1)).ShouldBe(0);
        price.AtMost(1, 1).ShouldBe(18);
    }

    [Fact]
    public async Task Call_IsReservedAtItsMost_AndSettledWithItsUsageBeforeItsEndIsSeen()
    {
        var purse = new Purse();
        var model = new ScriptedModel().Then(new ScriptedAnswer().Text("hi").Uses(10, 20));
        var stream = Catalog(model, new ModelPrice(0, 100, 0), maxTokens: 50).Stream("main", purse);

        await foreach (var step in stream(_request, Cancel))
        {
            if (step is ModelEvent.Done)
            {
                purse.Settled.ShouldBe([("1 main", 2_000)]);
            }
        }

        purse.Reserved.ShouldBe([("main", 5_000)]);
        purse.Settled.Count.ShouldBe(1);
    }

    [Fact]
    public void Price_OfTokensThatNobodyHas_IsBounded()
    {
        var price = new ModelPrice(ModelPrice.Most, ModelPrice.Most, ModelPrice.Most);

        price.Of(new Usage(long.MaxValue, long.MaxValue)).ShouldBe(1_000_000_000_000_000);
        price.AtMost(long.MaxValue, long.MaxValue).ShouldBe(1_000_000_000_000_000);
    }

    [Fact]
    public async Task Answer_ThatIsStoppedBeforeItsUsage_CostsWhatHadComeOfIt()
    {
        var purse = new Purse();
        using var stop = new CancellationTokenSource();
        var model = new ScriptedModel().Then(new ScriptedAnswer().Text(new string('a', 400)).WaitFor(new TaskCompletionSource().Task));
        await foreach (var step in Catalog(model, new ModelPrice(0, 1, 0)).Stream("main", purse)(_request, stop.Token))
        {
            if (step is ModelEvent.BlockDelta)
            {
                await stop.CancelAsync();
            }
        }

        purse.Settled.ShouldHaveSingleItem().Micro.ShouldBe(100);
    }

    [Fact]
    public async Task Model_WithoutMaxTokens_ReservesTheUsualAnswer()
    {
        var purse = new Purse();

        await ReadAsync(Catalog(new ScriptedModel().Says("hi"), new ModelPrice(0, 1, 0)).Stream("main", purse));

        purse.Reserved.ShouldBe([("main", 8_192)]);
    }

    [Fact]
    public async Task Call_AfterACompaction_IsReservedForWhatIsSentAndNotForWhatWasCountedBefore()
    {
        var purse = new Purse();
        var counted = Asked.Assistant("main", new TextBlock(new string('b', 400))) with { StopReason = StopReason.Stop, Usage = new Usage(100_000, 1_000) };

        await ReadAsync(Catalog(new ScriptedModel().Says("hi"), new ModelPrice(1, 0, 0)).Stream("main", purse), Asked.Request(Asked.User(new string('a', 400)), counted, Asked.User("go on")));

        purse.Reserved.ShouldHaveSingleItem().Micro.ShouldBe(202 + 202 / 4);
    }

    [Fact]
    public async Task Model_WithoutAPrice_AsksNobody()
    {
        var purse = new Purse();

        await ReadAsync(Catalog(new ScriptedModel().Says("hi"), null).Stream("main", purse));

        purse.Reserved.ShouldBeEmpty();
    }

    [Fact]
    public async Task Fallback_HasAPriceOfItsOwn()
    {
        var purse = new Purse();
        var catalog = new ModelCatalog(
            [
                new ModelOptions { Name = "main", Stream = new ScriptedModel().Fails("overloaded").Stream, Price = new ModelPrice(0, 100, 0), MaxTokens = 10, Fallbacks = ["other"] },
                new ModelOptions { Name = "other", Stream = new ScriptedModel().Then(new ScriptedAnswer().Text("hi").Uses(1, 3)).Stream, Price = new ModelPrice(0, 7, 0), MaxTokens = 10 },
            ],
            TimeProvider.System);

        await ReadAsync(catalog.Stream("main", purse));

        purse.Reserved.ShouldBe([("main", 1_000), ("other", 70)]);
        purse.Settled.ShouldBe([("1 main", 0), ("2 other", 21)]);
    }

    [Fact]
    public async Task Refused_TheAnswerSaysWhy_AndTheModelIsNotAsked()
    {
        var model = new ScriptedModel().Says("hi");

        var last = await ReadAsync(Catalog(model, new ModelPrice(1, 1, 1)).Stream("main", new Purse { Refusal = "No more." }));

        last.ShouldBeOfType<ModelEvent.Failed>().Message.ErrorMessage.ShouldBe("No more.");
        model.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Reader_ThatGoesAway_SettlesWhatIsKnown()
    {
        var purse = new Purse();
        var stream = new ModelCatalog([new ModelOptions { Name = "main", Stream = Counting, Price = new ModelPrice(0, 100, 0) }], TimeProvider.System).Stream("main", purse);

        await foreach (var step in stream(_request, Cancel))
        {
            if (step is ModelEvent.BlockDelta)
            {
                break;
            }
        }

        purse.Settled.ShouldBe([("1 main", 2_000)]);
    }

    /// <summary>Says what it has used before it is at its end.</summary>
    private static async IAsyncEnumerable<ModelEvent> Counting(ModelRequest request, [EnumeratorCancellation] CancellationToken abort)
    {
        await Task.Yield();
        var draft = new AssistantDraft("m", "main", DateTimeOffset.UnixEpoch);
        yield return draft.Start();
        yield return draft.Open(BlockKind.Text);
        draft.Usage = new Usage(10, 20);
        yield return draft.Append(0, "a");
        yield return draft.Finish(StopReason.Stop);
    }

    private static ModelCatalog Catalog(ScriptedModel model, ModelPrice? price, int? maxTokens = null) =>
        new([new ModelOptions { Name = "main", Stream = model.Stream, Price = price, MaxTokens = maxTokens }], TimeProvider.System);

    private static async Task<ModelEvent?> ReadAsync(ModelStream stream, ModelRequest? request = null)
    {
        ModelEvent? last = null;
        await foreach (var step in stream(request ?? _request, Cancel))
        {
            last = step;
        }

        return last;
    }

    private sealed class Purse : ITokenPurse
    {
        public List<(string Model, long Micro)> Reserved { get; } = [];

        public List<(string Call, long Micro)> Settled { get; } = [];

        public string? Refusal { get; init; }

        public Task<string> ReserveAsync(string model, long micro, CancellationToken abort)
        {
            if (Refusal is not null)
            {
                throw new SpendingRefusedException(Refusal);
            }

            Reserved.Add((model, micro));
            return Task.FromResult($"{Reserved.Count} {model}");
        }

        public Task SettleAsync(string call, long micro)
        {
            Settled.Add((call, micro));
            return Task.CompletedTask;
        }
    }
}
