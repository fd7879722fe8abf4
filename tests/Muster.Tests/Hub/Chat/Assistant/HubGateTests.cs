using System.Net.Http.Json;
using System.Text.Json;
using Muster.Agents.Providers;
using Muster.Hub;
using Muster.Hub.Chat.Assistant;
using Muster.Testing.Models;
using Muster.Tests.Hub.Jobs;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Chat.Assistant;

/// <summary>Calls of the hub's own assistant that act on machines: a person says yes first.</summary>
public sealed class HubGateTests : HubTest
{
    private const string Password = "correct horse battery";
    private readonly ScriptedModel _model = new();
    private PoolHouse? _house;

    protected override HubOptions Configure(HubOptions options) => base.Configure(options) with
    {
        Assistant = new AssistantOptions { Models = new ModelCatalog([new ModelOptions { Name = "main", Stream = _model.Stream }], TimeProvider.System), RouteByModel = false },
    };

    [Theory]
    [InlineData("submit_job", """{"command": "echo from the pool", "wait": 60}""", "submit_job would give the pool 1 task: It costs nothing; could run on worker.", "from the pool")]
    [InlineData("fleet", """{"select": "all", "command": "echo from all"}""", "fleet would run \"echo from all\" on 1 machine: worker.", "from all")]
    public async Task Call_ThatIsAllowed_IsMade_AlsoAfterARestart(string tool, string arguments, string reason, string gave)
    {
        var conversation = await AskedAsync(tool, arguments);
        var approval = await App.UntilAsync(conversation, "approval", Cancel);
        approval.GetProperty("node").GetString().ShouldBe("hub");
        approval.GetProperty("reason").GetString().ShouldBe(reason);
        _model.Says("Done.");

        await RestartAsync();
        await AnswerAsync(approval, "allow");

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("completed");
        (await App.UntilAsync(conversation, "tool_execution_end", Cancel)).GetProperty("text").GetString()!.ShouldContain(gave);
        JsonElement.Parse(await App.Client.GetStringAsync("/api/v1/jobs", Cancel)).GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Call_ThatIsDenied_IsNotMade()
    {
        var conversation = await AskedAsync("submit_job", """{"command": "true"}""");
        _model.Says("Then not.");

        await AnswerAsync(await App.UntilAsync(conversation, "approval", Cancel), "deny");

        (await App.UntilAsync(conversation, "tool_execution_end", Cancel)).GetProperty("text").GetString()!.ShouldContain("ada did not allow this call.");
        JsonElement.Parse(await App.Client.GetStringAsync("/api/v1/jobs", Cancel)).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_house is not null)
        {
            await _house.LeaveAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task<string> AskedAsync(string tool, string arguments)
    {
        await App.ClaimAsync(Password);
        _house = PoolHouse.At(App, Cancel);
        await _house.AddAsync("worker");
        var conversation = await App.ConversationAsync(Cancel);
        _model.Calls(tool, arguments);
        await App.SayAsync(conversation, "@hub have it done by the machines", Cancel);
        return conversation;
    }

    private async Task AnswerAsync(JsonElement approval, string decision)
    {
        using var login = await App.Anonymous.PostAsJsonAsync("/api/v1/login", new { username = "ada", password = Password, approve = true }, Cancel);
        using var person = App.NewClient((await login.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("access_token").GetString());
        using var answer = await person.PostAsJsonAsync($"/api/v1/approvals/{approval.GetProperty("id").GetString()}", new { decision }, Cancel);
        answer.EnsureSuccessStatusCode();
    }
}
