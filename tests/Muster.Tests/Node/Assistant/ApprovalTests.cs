using System.Net.Http.Json;
using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Node;
using Muster.Node.Policy;
using Muster.Testing;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Assistant;

/// <summary>A call that waits for a person: a real hub and a real node; the answer comes with the owner's password.</summary>
public sealed class ApprovalTests
{
    private const string Password = "correct horse battery";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("allow", true)]
    [InlineData("deny", false)]
    public async Task Call_ThatAsks_RunsOnlyAfterAYes(string decision, bool written)
    {
        await using var bench = await AskingAsync();
        await bench.Hub.ClaimAsync(Password);
        bench.Model.Calls("file_write", """{"path":"note.txt","content":"x"}""").Says("Done.");
        await bench.SayAsync("go", Cancel);
        var asked = await bench.UntilAsync("approval", Cancel);
        File.Exists(Path.Combine(bench.Work, "note.txt")).ShouldBeFalse();

        await AnswerAsync(bench, asked, decision);
        await bench.UntilAsync("agent_end", Cancel);

        File.Exists(Path.Combine(bench.Work, "note.txt")).ShouldBe(written);
        if (!written)
        {
            Result(bench.Model.Requests[^1]).ShouldContain("ada did not allow");
        }
    }

    [Fact]
    public async Task Call_NodeRestartsWhileItWaits_IsTheSameRequestAndItsAnswerCounts()
    {
        await using var bench = await AskingAsync();
        await bench.Hub.ClaimAsync(Password);
        bench.Model.Calls("file_write", """{"path":"note.txt","content":"x"}""").Says("Done.");
        await bench.SayAsync("go", Cancel);
        var asked = await bench.UntilAsync("approval", Cancel);

        await bench.DownAsync();
        await AnswerAsync(bench, asked, "allow");
        await bench.UpAsync(Cancel, Asking);
        await bench.UntilAsync("agent_end", Cancel);

        (await bench.ThreadAsync(Cancel)).Where(item => item.Name == "approval").Select(item => item.Data.GetProperty("state").GetString()).ShouldBe(["waiting", "allowed"]);
        File.Exists(Path.Combine(bench.Work, "note.txt")).ShouldBeTrue();
    }

    [Fact]
    public async Task Call_HubWithoutAnOwner_IsDeniedAtOnceAndSaysWhatToDo()
    {
        await using var bench = await AskingAsync();
        bench.Model.Calls("file_write", """{"path":"note.txt","content":"x"}""").Says("Done.");

        await bench.AskAsync("go", Cancel);

        Result(bench.Model.Requests[^1]).ShouldContain("tools.policy");
        File.Exists(Path.Combine(bench.Work, "note.txt")).ShouldBeFalse();
    }

    [Fact]
    public async Task Call_StoppedWhileItWaits_EndsTheRunAndIsNotMade()
    {
        await using var bench = await AskingAsync();
        await bench.Hub.ClaimAsync(Password);
        bench.Model.Calls("file_write", """{"path":"note.txt","content":"x"}""").Says("Done.");
        await bench.SayAsync("go", Cancel);
        await bench.UntilAsync("approval", Cancel);

        await bench.SayAsync("/stop", Cancel);

        (await bench.UntilAsync("agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("aborted");
        await bench.UntilAsync("approval", Cancel, data => data.GetProperty("state").GetString() == "expired");
        File.Exists(Path.Combine(bench.Work, "note.txt")).ShouldBeFalse();
    }

    private static NodeOptions Asking(NodeOptions options) => options with { Policy = [new PolicyRule("file_write", "*", PolicyAction.Ask)] };

    private static Task<NodeBench> AskingAsync() => NodeBench.StartAsync(Cancel, Asking);

    private static string Result(ModelRequest request) => request.Messages.OfType<ToolResultMessage>().Last().Text;

    private static async Task AnswerAsync(NodeBench bench, JsonElement approval, string decision)
    {
        using var login = await bench.Hub.Anonymous.PostAsJsonAsync("/api/v1/login", new { username = "ada", password = Password, approve = true }, Cancel);
        using var person = bench.Hub.NewClient((await login.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("access_token").GetString());
        using var answer = await person.PostAsJsonAsync($"/api/v1/approvals/{approval.GetProperty("id").GetString()}", new { decision }, Cancel);
        answer.EnsureSuccessStatusCode();
    }
}
