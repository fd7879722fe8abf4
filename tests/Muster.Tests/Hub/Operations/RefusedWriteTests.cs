using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Muster.Agents.Providers;
using Muster.Hub;
using Muster.Hub.Chat.Assistant;
using Muster.Protocol.Ids;
using Muster.Protocol.Wire;
using Muster.Testing;
using Muster.Testing.Hub;
using Muster.Testing.Models;
using Muster.Tests.Hub.Chat;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Operations;

/// <summary>A database that takes nothing for a while. What the hub has to store by itself, and nobody asks for again, is stored once it takes it.</summary>
public sealed class RefusedWriteTests : HubTest
{
    private const string Secret = "a secret of some length";
    private const string Waits = "Work in the background waits: ";
    private readonly ScriptedModel _model = new();
    private readonly LogLines _log = new();

    protected override HubEngine? Engine => HubEngine.Sqlite;

    protected override HubOptions Configure(HubOptions options) => base.Configure(options) with
    {
        Loggers = _log,
        RouterSecret = Secret,
        Assistant = new AssistantOptions { Models = new ModelCatalog([new ModelOptions { Name = "main", Stream = _model.Stream }], TimeProvider.System), RouteByModel = false },
    };

    [Fact]
    public async Task Run_WhoseAnswerCannotBeStored_SaysWhyItWaitsAndGoesOn()
    {
        var conversation = await App.ConversationAsync(Cancel);
        HeldDatabase? held = null;
        _model.Then(new ScriptedAnswer().Do(() =>
        {
            held = HeldDatabase.Of(Home);
            return ValueTask.CompletedTask;
        }).Text("It yields values."));

        var told = App.UntilAsync(conversation, "notice", Cancel, data => data.GetProperty("text").GetString()!.StartsWith("The hub cannot store this. The database ", StringComparison.Ordinal));
        await App.SayAsync(conversation, "what is a Python generator?", Cancel);
        await told;
        held!.Dispose();

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("completed");
        await App.UntilAsync(conversation, "message_end", Cancel, data => data.GetRawText().Contains("It yields values.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Approval_WhoseTimeRunsOutMeanwhile_ExpiresAfterwards()
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        await App.ClaimAsync("correct horse");
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "count the files", Cancel);
        var run = await node.ForwardAsync(Cancel);
        await node.SayAsync(new Frame
        {
            ApprovalRequest = new ApprovalRequest
            {
                ApprovalId = Id<Approval>.New(TimeProvider.System).ToString(), RunId = run.RunId, ConversationId = run.ConversationId, Tool = "shell",
                ArgumentsJson = """{"command":"rm x"}""", Folder = "/work", Reason = "it deletes", ExpiresSeconds = 3,
            },
        });
        await App.UntilAsync(conversation, "approval", Cancel);

        using (HeldDatabase.Of(Home))
        {
            await Eventually.TrueAsync(() => _log.Have(Waits), Cancel);
        }

        await App.UntilAsync(conversation, "approval", Cancel, data => data.GetProperty("state").GetString() == "expired");
    }

    [Fact]
    public async Task Stop_WhoseEndCannotBeStored_IsToldAfterwards()
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "count the files", Cancel);
        await node.ForwardAsync(Cancel);
        var stop = await App.SayAsync(conversation, "/stop", Cancel);
        (await node.ReceiveAsync(Cancel)).BodyCase.ShouldBe(Frame.BodyOneofCase.Stop);

        using (HeldDatabase.Of(Home))
        {
            await Eventually.TrueAsync(() => _log.Have(Waits), Cancel); // the machine says nothing, so the run is ended for it
        }

        (await App.AnswerAsync(conversation, stop, Cancel)).ShouldBe("nas did not answer; it stops as soon as it can be reached.");
        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBeOneOf("aborted", "interrupted"); // the machine came back and had it no more
        await Eventually.TrueAsync(
            async () => !(await App.Client.GetFromJsonAsync<JsonElement>("/api/v1/conversations/" + conversation, Cancel)).GetProperty("running").GetBoolean(), Cancel);
    }

    [Fact]
    public async Task Stop_ThatIsRefused_SaysThatNothingWasStopped()
    {
        var conversation = await App.ConversationAsync(Cancel);

        using var held = HeldDatabase.Of(Home);
        using var answer = await App.Client.PostAsync($"/api/v1/conversations/{conversation}/stop", null, Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("detail").GetString()!.ShouldEndWith("Nothing was stopped: what works goes on.");
    }

    [Fact]
    public async Task Answer_OfAPhoneWorkNode_IsStoredAfterwards()
    {
        await using var phone = await PhoneWorkClient.ConnectAsync(new Uri(App.Hub.Urls[0]), Secret, Cancel);
        await phone.RegisterAsync("home-pc", ["ada"], Cancel);
        await Eventually.TrueAsync(async () => (await App.Client.GetStringAsync("/api/v1/nodes", Cancel)).Contains("home-pc", StringComparison.Ordinal), Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "is the backup done?", Cancel);
        var asked = await phone.ReceiveAsync("forward", Cancel);

        using (HeldDatabase.Of(Home))
        {
            await phone.AnswerAsync((string)asked["id"]!, "yes", Cancel);
            await Eventually.TrueAsync(() => _log.Have("What PhoneWork nodes said waits: "), Cancel);
        }

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("completed");
    }
}
