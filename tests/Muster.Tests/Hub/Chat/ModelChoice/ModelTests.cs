using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Muster.Agents.Providers;
using Muster.Node;
using Muster.Testing.Models;
using Muster.Tests.Node.Assistant;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Chat.ModelChoice;

/// <summary>Which model of a machine answers in a conversation.</summary>
public sealed class ModelTests
{
    private readonly ScriptedModel _fast = new() { Otherwise = _ => new ScriptedAnswer().Text("fast answers") };
    private readonly ScriptedModel _smart = new() { Otherwise = _ => new ScriptedAnswer().Text("smart answers") };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Model_ThatIsChosen_AnswersFromTheNextMessageOn_UntilItIsGivenBack()
    {
        await using var bench = await NodeBench.StartAsync(Cancel, Both);

        (await CommandAsync(bench, "/model")).ShouldBe("nas: fast (default), smart\nThis conversation uses the default. /model NAME chooses another one.");
        (await bench.AskAsync("hello there", Cancel)).ShouldBe("fast answers");
        (await CommandAsync(bench, "/model Smart")).ShouldBe("From the next message on this conversation uses smart.");
        (await bench.AskAsync("hello there", Cancel)).ShouldBe("smart answers");
        (await CommandAsync(bench, "/model")).ShouldEndWith("This conversation uses smart. /model default gives the default back.");
        (await CommandAsync(bench, "/model default")).ShouldBe("From the next message on each machine uses its default model.");
        (await bench.AskAsync("hello there", Cancel)).ShouldBe("fast answers");
    }

    [Theory]
    [InlineData("/model smrt", "There is no model named smrt. Did you mean smart? There are: fast, smart.")]
    [InlineData("/model 聪明", "没有叫 聪明 的模型。是不是 fast？有：fast、smart。")]
    public async Task Model_ThatIsNowhere_GetsTheNearestAndTheList(string command, string said)
    {
        await using var bench = await NodeBench.StartAsync(Cancel, Both);

        (await CommandAsync(bench, command)).ShouldBe(said);
        (await bench.AskAsync("hello there", Cancel)).ShouldBe("fast answers");
    }

    [Fact]
    public async Task Model_WithAHostileName_IsShownShortAndPlain()
    {
        await using var bench = await NodeBench.StartAsync(Cancel, Both);

        (await CommandAsync(bench, $"/model {new string('x', 40)}\u001b\u202e{new string('y', 9_000)}")).ShouldStartWith($"There is no model named {new string('x', 40)}??{new string('y', 18)}…. Did you");
    }

    [Fact]
    public async Task Machine_WithoutTheModel_UsesItsDefault_AndSaysSoOnce()
    {
        await using var bench = await NodeBench.StartAsync(Cancel, Both);
        await CommandAsync(bench, "/model smart");
        await bench.DownAsync();
        await bench.UpAsync(Cancel, options => options with { Models = Catalog(("fast", _fast)) });

        (await bench.AskAsync("hello there", Cancel)).ShouldBe("fast answers");
        (await bench.AskAsync("hello again", Cancel)).ShouldBe("fast answers");

        (await bench.ThreadAsync(Cancel)).Count(item => item.Name == "notice" && item.Data.GetProperty("text").GetString() == "nas has no model named smart: its default answers.").ShouldBe(1);
        (await bench.ThreadAsync(Cancel)).Where(item => item.Name == "notice" && item.Data.GetProperty("kind").GetString() == "model")
            .ShouldAllBe(item => !item.Data.GetRawText().Contains("reply_to")); // else whoever asked takes it for the answer
    }

    [Fact]
    public async Task Model_ByTheApi_IsKeptWithTheConversation()
    {
        await using var bench = await NodeBench.StartAsync(Cancel, Both);
        var client = bench.Hub.Client;
        using var made = await client.PostAsJsonAsync("/api/v1/conversations", new { model = "smart" }, Cancel);
        var conversation = await made.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        var address = $"/api/v1/conversations/{conversation.GetProperty("id").GetString()}";

        conversation.GetProperty("model").GetString().ShouldBe("smart");
        using var wrong = await client.PatchAsJsonAsync(address, new { model = "smrt" }, Cancel);
        wrong.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await wrong.Content.ReadAsStringAsync(Cancel)).ShouldContain("Did you mean smart?");
        using var titled = await client.PatchAsJsonAsync(address, new { title = "Proofs" }, Cancel);
        (await titled.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("model").GetString().ShouldBe("smart");
        using var back = await client.PatchAsJsonAsync(address, new { model = "default" }, Cancel);
        (await back.Content.ReadAsStringAsync(Cancel)).ShouldNotContain("smart");
        var node = (await client.GetFromJsonAsync<JsonElement>("/api/v1/nodes", Cancel)).GetProperty("items")[0];
        node.GetProperty("models").EnumerateArray().Select(model => model.GetString()).ShouldBe(["fast", "smart"]);
    }

    private static async Task<string> CommandAsync(NodeBench bench, string text)
    {
        var message = await bench.SayAsync(text, Cancel);
        return (await bench.UntilAsync("notice", Cancel, data => data.TryGetProperty("reply_to", out var about) && about.GetString() == message)).GetProperty("text").GetString()!;
    }

    private static ModelCatalog Catalog(params (string Name, ScriptedModel Model)[] models) =>
        new([.. models.Select(model => new ModelOptions { Name = model.Name, Stream = model.Model.Stream })], TimeProvider.System);

    private NodeOptions Both(NodeOptions options) => options with { Models = Catalog(("fast", _fast), ("smart", _smart)) };
}
