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
    private const string Waits = "Work in the background waits: ";
    private readonly ScriptedModel _model = new();
    private readonly LogLines _log = new();

    protected override HubEngine? Engine => HubEngine.Sqlite;

    protected override HubOptions Configure(HubOptions options) => base.Configure(options) with
    {
        Loggers = _log,
        Assistant = new AssistantOptions { Models = new ModelCatalog([new ModelOptions { Name = "main", Stream = _model.Stream }], TimeProvider.System), RouteByModel = false },
    };

    [Fact]
    public async Task Run_WhoseAnswerCannotBeStored_EndsOnceTheStoreTakesItsEnd()
    {
        var conversation = await App.ConversationAsync(Cancel);
        HeldDatabase? held = null;
        _model.Then(new ScriptedAnswer().Do(() =>
        {
            held = HeldDatabase.Of(Home);
            return ValueTask.CompletedTask;
        }).Text("Lost."));

        await App.SayAsync(conversation, "what is a Python generator?", Cancel);
        await Eventually.TrueAsync(() => _log.Have(Waits), Cancel);
        held!.Dispose();

        var end = await App.UntilAsync(conversation, "agent_end", Cancel);
        end.GetProperty("outcome").GetString().ShouldBe("failed");
        end.GetProperty("error").GetString().ShouldNotBeNull().ShouldContain("is held by another program");
        _model.Says("Here it is.");
        await App.SayAsync(conversation, "again, please", Cancel);
        await App.UntilAsync(conversation, "agent_end", Cancel, data => data.GetProperty("outcome").GetString() == "completed");
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
}
