using System.Text.Json;
using Muster.Agents.Providers;
using Muster.Hub;
using Muster.Hub.Chat.Assistant;
using Muster.Testing.Hub;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Chat.ModelChoice;

/// <summary>Which of the hub's own models answers.</summary>
public sealed class HubModelTests : HubTest
{
    private readonly ScriptedModel _main = new() { Otherwise = _ => new ScriptedAnswer().Text("main answers") };
    private readonly ScriptedModel _deep = new() { Otherwise = _ => new ScriptedAnswer().Text("deep answers") };

    protected override HubOptions Configure(HubOptions options) => base.Configure(options) with
    {
        Assistant = new AssistantOptions
        {
            Models = new ModelCatalog([new ModelOptions { Name = "main", Stream = _main.Stream }, new ModelOptions { Name = "deep", Stream = _deep.Stream }], TimeProvider.System),
            RouteByModel = false,
        },
    };

    [Fact]
    public async Task Hub_HasModelsOfItsOwn()
    {
        var conversation = await App.ConversationAsync(Cancel);
        async Task<string> Told(string command) => await App.AnswerAsync(conversation, await App.SayAsync(conversation, command, Cancel), Cancel);

        (await Told("@hub /model")).ShouldBe("hub: main (default), deep\nThis conversation uses the default. /model NAME chooses another one.");
        (await Told("@hub /model deep")).ShouldBe("From the next message on this conversation uses deep.");
        await App.SayAsync(conversation, "@hub who answers?", Cancel);

        await App.UntilAsync(conversation, "message_end", Cancel, data => data.GetRawText().Contains("deep answers", StringComparison.Ordinal));
        _main.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Machine_ThatIsActive_IsNamedWhereTheModelIsOfTheHubAlone()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);

        (await App.AnswerAsync(conversation, await App.SayAsync(conversation, "/model deep", Cancel), Cancel))
            .ShouldBe("From the next message on this conversation uses deep. nas has none of that name, and uses its default.");
        await App.SayAsync(conversation, "hello there", Cancel);

        (await nas.ForwardAsync(Cancel)).Model.ShouldBe("");
        await App.NoticedAsync(conversation, "nas has no model named deep: its default answers.", Cancel);
    }
}
