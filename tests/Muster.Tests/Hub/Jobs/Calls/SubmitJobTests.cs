using System.Net.Http.Json;
using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Node.Policy;
using Muster.Protocol.Ids;
using Muster.Protocol.Wire;
using Muster.Testing;
using Muster.Testing.Hub;
using Muster.Tests.Hub.Copies;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs.Calls;

/// <summary>An agent gives the pool jobs with <c>submit_job</c>.</summary>
public sealed class SubmitJobTests : CopyTest
{
    private static readonly PolicyRule _welcome = new("submit_job", "*", PolicyAction.Allow);

    [Theory]
    [InlineData("allow", 1)]
    [InlineData("deny", 0)]
    public async Task Tool_WithoutARule_AsksWithWhatItCostsAndWhereItWouldRun(string decision, int jobs)
    {
        var nas = await MachineAsync("nas");
        await App.ClaimAsync(Password);
        nas.Model.Calls("submit_job", """{"objective":"say hello","wait":60}""").Says("Hello from the pool.").Says("Done.");
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "@nas go", Cancel);

        var asked = await App.UntilAsync(conversation, "approval", Cancel);

        asked.GetProperty("reason").GetString().ShouldBe("submit_job would give the pool 1 task: It costs nothing; could run on nas.");
        using var ada = With(await OkAsync(App.Anonymous, HttpMethod.Post, "login", new { username = "ada", password = Password, approve = true }));
        await OkAsync(ada, HttpMethod.Post, "approvals/" + asked.GetProperty("id").GetString(), new { decision });
        if (decision == "deny")
        {
            nas.Model.Says("Then not.");
        }

        await App.UntilAsync(conversation, "agent_end", Cancel);
        (await JobsAsync()).Count.ShouldBe(jobs);
    }

    [Fact]
    public async Task Tool_ThatWaits_ReturnsWhatCameOfIt_AndTaskStatusFindsIt()
    {
        var nas = await MachineAsync("nas", null, _welcome);

        var said = JsonElement.Parse(await AskAsync(nas, """{"command":"echo from the pool; exit 3","name":"three","wait":60}"""));

        said.GetProperty("state").GetString().ShouldBe("failed");
        var task = said.GetProperty("results")[0];
        (task.GetProperty("node").GetString(), task.GetProperty("exit_code").GetInt32(), task.GetProperty("output").GetString()).ShouldBe(("nas", 3, "from the pool\n"));
        var status = JsonElement.Parse(await AskAsync(nas, $$"""{"id":"{{said.GetProperty("id").GetString()}}"}""", "task_status"));
        (status.GetProperty("tasks")[0].GetProperty("line").GetString(), status.GetProperty("tasks")[0].GetProperty("exit_code").GetInt32()).ShouldBe(("three", 3));
    }

    [Fact]
    public async Task Tool_WithoutWait_ReturnsAtOnce_AndASpecThatIsWrongSaysWhy()
    {
        var nas = await MachineAsync("nas", null, _welcome);

        JsonElement.Parse(await AskAsync(nas, """{"command":"true","needs":{"node":"oven"}}""")).GetProperty("state").GetString().ShouldBe("queued");

        (await AskAsync(nas, """{"command":"true","needs":{"cpus":2}}""")).ShouldContain("cpus");
        (await AskAsync(nas, """{"command":"true","objective":"both"}""")).ShouldBe("submit_job needs one of \"command\", \"objective\" and \"spec\".");
    }

    [Fact]
    public async Task Run_StoppedWhileItWaits_CancelsItsJob()
    {
        var nas = await MachineAsync("nas", null, _welcome);
        nas.Model.Calls("submit_job", """{"command":"sleep 600","wait":600}""");
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "@nas go", Cancel);
        await Eventually.TrueAsync(async () => (await JobsAsync()) is [var job] && job.GetProperty("state").GetString() == "running", Cancel);

        await OkAsync(Ada, HttpMethod.Post, $"conversations/{conversation}/stop");

        await Eventually.TrueAsync(async () => (await JobsAsync())[0].GetProperty("state").GetString() == "cancelled", Cancel);
        (await OkAsync(Ada, HttpMethod.Get, $"jobs/{(await JobsAsync())[0].GetProperty("id").GetString()}")).GetProperty("conversation_id").GetString().ShouldBe(conversation);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Job_WhoseCallIsBrokenOffWhileItIsTakenIn_IsCancelled(bool byAStop)
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "@nas go", Cancel);
        var run = await nas.ForwardAsync(Cancel);
        var stop = byAStop ? OkAsync(Ada, HttpMethod.Post, $"conversations/{conversation}/stop") : null;
        if (byAStop)
        {
            (await nas.ReceiveAsync(Cancel)).Stop.RunId.ShouldBe(run.RunId);
        }

        await nas.SayAsync(Call(run, "jobs.submit", """{"command":"sleep 600","key":"call"}"""));
        (await nas.ReceiveAsync(Cancel)).HubReply.Error.ShouldBeEmpty();
        if (!byAStop)
        {
            (await JobsAsync())[0].GetProperty("state").GetString().ShouldBe("queued");
            await nas.SayAsync(Call(run, "jobs.cancel", """{"key":"call"}"""));
            (await nas.ReceiveAsync(Cancel)).HubReply.Error.ShouldBeEmpty();
        }

        (await JobsAsync())[0].GetProperty("state").GetString().ShouldBe("cancelled");
        await (stop ?? Task.CompletedTask);
    }

    private static Frame Call(Forward run, string method, string json) =>
        new() { HubCall = new HubCall { CallId = Id<Message>.New(TimeProvider.System).ToString(), RunId = run.RunId, Method = method, Json = json } };

    private async Task<IReadOnlyList<JsonElement>> JobsAsync() =>
        [.. (await Ada.GetFromJsonAsync<JsonElement>("/api/v1/jobs", Cancel)).GetProperty("items").EnumerateArray()];

    /// <summary>Has a machine's model call the tool, and gives what it was told.</summary>
    private async Task<string> AskAsync(Machine machine, string arguments, string tool = "submit_job")
    {
        machine.Model.Calls(tool, arguments).Says("Done.");
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, $"@{machine.Name} go", Cancel);
        await App.UntilAsync(conversation, "agent_end", Cancel);
        return machine.Model.Requests[^1].Messages.OfType<ToolResultMessage>().Last().Text;
    }
}
