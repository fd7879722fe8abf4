using Muster.Agents.Providers;
using Muster.Testing;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Providers;

public sealed class ModelCheckTests
{
    private static Task<ModelHealth> CheckAsync(OpenAiDouble at, string model = "test-model", string? key = null, TimeProvider? time = null) => ModelCheck.CheckAsync(
        new ModelOptions { Name = "m", BaseUrl = new Uri(at.BaseUrl), ApiKey = key ?? at.ApiKey, Model = model },
        time ?? TimeProvider.System,
        TestContext.Current.CancellationToken);

    [Fact]
    public async Task Model_InTheList_IsOkWithoutACompletion()
    {
        await using var provider = await OpenAiDouble.StartAsync();

        (await CheckAsync(provider)).Kind.ShouldBe(ModelHealthKind.Ok);
        provider.Requests.Single().Path.ShouldBe("/v1/models");
    }

    [Fact]
    public async Task Model_NotInTheListButAnswering_IsOk()
    {
        await using var provider = await new OpenAiDouble { Models = ["alias"], HidesModels = true }.ListenAsync(ModelReply.Text("h"));

        (await CheckAsync(provider, "alias")).Kind.ShouldBe(ModelHealthKind.Ok);
        provider.Requests[^1].Body.GetProperty("max_tokens").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Model_Unknown_NamesThoseThatAreThere()
    {
        await using var provider = await OpenAiDouble.StartAsync();

        var health = await CheckAsync(provider, "other");

        health.Kind.ShouldBe(ModelHealthKind.ModelNotFound);
        health.Sentence.ShouldContain("has no model other. It offers: test-model.");
    }

    [Fact]
    public async Task Key_Wrong_IsRefused()
    {
        await using var provider = await OpenAiDouble.StartAsync();

        var health = await CheckAsync(provider, key: "sk-wrong-wrong");

        health.Kind.ShouldBe(ModelHealthKind.Refused);
        health.Sentence.ShouldContain("refused the key");
    }

    [Fact]
    public async Task Endpoint_Gone_IsUnreachable()
    {
        var provider = await OpenAiDouble.StartAsync();
        var options = new ModelOptions { Name = "m", BaseUrl = new Uri(provider.BaseUrl), ApiKey = "k", Model = "test-model" };
        await provider.DisposeAsync();

        var health = await ModelCheck.CheckAsync(options, TimeProvider.System, TestContext.Current.CancellationToken);

        health.Kind.ShouldBe(ModelHealthKind.Unreachable);
        health.Sentence.ShouldContain("cannot be reached");
    }

    [Fact]
    public async Task Endpoint_ThatHangs_IsUnreachable()
    {
        var time = new FakeTime();
        var gate = new Gate();
        await using var provider = await new OpenAiDouble { Models = ["test-model"], HidesModels = true }.ListenAsync(ModelReply.Text("late") with { Before = gate });

        var checking = CheckAsync(provider, time: time);
        await gate.Reached;
        time.Advance(TimeSpan.FromSeconds(21));

        (await checking).Kind.ShouldBe(ModelHealthKind.Unreachable);
    }

    [Fact]
    public async Task Offline_IsOkAndSaysHowToConfigure()
    {
        var health = await ModelCheck.CheckAsync(
            new ModelOptions { Name = "offline", Provider = ModelProvider.Offline }, TimeProvider.System, TestContext.Current.CancellationToken);

        health.Kind.ShouldBe(ModelHealthKind.Ok);
        health.Sentence.ShouldContain("OPENAI_API_KEY");
    }
}
