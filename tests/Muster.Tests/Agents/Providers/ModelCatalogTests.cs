using Muster.Agents.Messages;
using Muster.Agents.Providers;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Providers;

public sealed class ModelCatalogTests : IAsyncLifetime
{
    private readonly List<ModelUse> _uses = [];
    private readonly List<ModelFallback> _fallbacks = [];
    private OpenAiDouble _main = null!;
    private OpenAiDouble _spare = null!;

    public async ValueTask InitializeAsync() => (_main, _spare) = (await OpenAiDouble.StartAsync(), await OpenAiDouble.StartAsync());

    public async ValueTask DisposeAsync()
    {
        await _main.DisposeAsync();
        await _spare.DisposeAsync();
    }

    private ModelCatalog Catalog() => new(
        [Options("main", _main) with { Fallbacks = ["spare"], MaxTokens = 77 }, Options("spare", _spare)],
        TimeProvider.System,
        new ModelCatalogHooks(_uses.Add, _fallbacks.Add));

    private static ModelOptions Options(string name, OpenAiDouble at) =>
        new() { Name = name, BaseUrl = new Uri(at.BaseUrl), ApiKey = at.ApiKey, Model = "test-model" };

    [Fact]
    public async Task Model_ThatWorks_AnswersAndIsCounted()
    {
        _main.Enqueue(ModelReply.Text("hi") with { Usage = (10, 2, 4) });

        var heard = await Catalog().Stream("main").AskAsync();

        heard.ShouldBeWellFormed();
        heard.Message.Model.ShouldBe("main");
        _uses.ShouldBe([new ModelUse("main", "test-model", new Usage(10, 2, 4))]);
        _main.Requests.Single().Body.GetProperty("max_tokens").GetInt32().ShouldBe(77);
        _spare.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(401)]
    public async Task Model_ThatFailsAtOnce_IsReplacedByItsFallback(int status)
    {
        _main.Enqueue(ModelReply.Error(status, "no"));
        _spare.Enqueue(ModelReply.Text("from spare"));

        var heard = await Catalog().Stream("main").AskAsync();

        heard.ShouldBeWellFormed();
        heard.Text.ShouldBe("from spare");
        heard.Message.Model.ShouldBe("spare");
        _fallbacks.Single().Sentence.ShouldEndWith("The fallback model spare answers instead.");
        _uses.Single().Name.ShouldBe("spare");
    }

    [Fact]
    public async Task Failure_InvalidOrOverflow_IsNotPassedOn()
    {
        foreach (var reply in (ModelReply[])[ModelReply.Error(400, "bad"), ModelReply.Error(413, "too long")])
        {
            _main.Enqueue(reply);
            (await Catalog().Stream("main").AskAsync()).Message.StopReason.ShouldBe(StopReason.Error);
        }

        _spare.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Failure_AfterSomethingWasSaid_IsNotPassedOn()
    {
        _main.Enqueue(ModelReply.Of(new ReplyStep.Text("half"), new ReplyStep.End()));

        var heard = await Catalog().Stream("main").AskAsync();

        heard.Text.ShouldBe("half");
        heard.Message.Failure!.Kind.ShouldBe(ModelFailureKind.Transient);
        _spare.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Failure_OfTheWholeChain_TellsAllAndIsTransientIfAnyIs()
    {
        _main.Enqueue(ModelReply.RateLimited("5"));
        _spare.Enqueue(ModelReply.OutOfQuota);

        var message = (await Catalog().Stream("main").AskAsync()).Message;

        message.ErrorMessage!.ShouldContain("limits requests");
        message.ErrorMessage!.ShouldContain("no quota left");
        message.Failure.ShouldBe(new ModelFailure(ModelFailureKind.Transient, 429, TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task Catalog_WithoutModels_HasTheOfflineRules()
    {
        var catalog = new ModelCatalog([], TimeProvider.System);

        catalog.IsConfigured.ShouldBeFalse();
        catalog.Default.Name.ShouldBe("offline");
        (await catalog.Stream("offline").AskAsync("hello")).Text.ShouldContain("No model is configured");
    }

    [Fact]
    public async Task Failure_OfTheOnlyModel_IsShownAndNeverHiddenByTheRules()
    {
        _spare.Enqueue(ModelReply.Error(401, "no"));

        var heard = await new ModelCatalog([Options("spare", _spare)], TimeProvider.System).Stream("spare").AskAsync("what time is it?");

        heard.Message.StopReason.ShouldBe(StopReason.Error);
        heard.Message.Model.ShouldBe("spare");
    }

    [Fact]
    public void Options_WithMistakes_AreAllReported()
    {
        ModelOptions[] models =
        [
            new() { Name = "a", Model = "m", Fallbacks = ["a", "nobody", "rules"] },
            new() { Name = "A", Model = "m", ContextWindow = 5, MaxTokens = 0, Thinking = "hard" },
            new() { Name = "b" },
            new() { Name = "rules", Provider = ModelProvider.Offline },
        ];

        var mistakes = ModelRules.Mistakes(models);

        foreach (var part in (string[])["Two models are named", "falls back to itself", "\"nobody\", which is no model", "cannot stand in", "context_window", "max_tokens", "thinking", "\"b\" does not say which model"])
        {
            mistakes.ShouldContain(mistake => mistake.Contains(part, StringComparison.Ordinal));
        }

        Should.Throw<ArgumentException>(() => new ModelCatalog(models, TimeProvider.System));
    }

    [Fact]
    public void Name_Unknown_ListsTheModels() =>
        Should.Throw<ArgumentException>(() => Catalog().Stream("nope")).Message.ShouldContain("main, spare");
}
