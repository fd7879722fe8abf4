using System.Net.Http.Json;
using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Protocol.Ids;
using Muster.Testing;
using Muster.Testing.Models;
using Muster.Tests.Node.Coding;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Assistant;

/// <summary>A machine whose owner lets somebody else ask it.</summary>
public sealed class SharedMachineTests
{
    private const int More = 26; // than others may have at work at one time

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RequestsOfSomebodyElse_HoweverMany_LeaveTheOwnerAPlace()
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        var gate = new TaskCompletionSource();
        bench.Model.Otherwise = request => request.Messages.OfType<UserMessage>().Last().Content.OfType<TextBlock>().Any(block => block.Text.Contains("slow", StringComparison.Ordinal))
            ? new ScriptedAnswer().Text("Do").WaitFor(gate.Task).Text("ne.")
            : new ScriptedAnswer().Text("Here.");
        using var bob = await BobAsync(bench);
        for (var i = 0; i < More; i++)
        {
            await SayAsync(bob, "slow");
        }

        await Eventually.TrueAsync(() => bench.Model.Requests.Count >= 24, Cancel);

        (await bench.AskAsync("hello", Cancel)).ShouldBe("Here.");

        bench.Model.Requests.Count.ShouldBe(25);
        gate.SetResult();
        await Eventually.TrueAsync(() => bench.Model.Requests.Count == More + 1, Cancel);
    }

    [Fact]
    public async Task SessionsOfSomebodyElse_HoweverMany_LeaveTheOwnerTheirs()
    {
        await using var bench = await NodeBench.StartAsync(Cancel, CodingBench.Options(coding => coding with { Most = 1 }));
        using var bob = await BobAsync(bench);
        await SayAsync(bob, "/new his");
        await Eventually.TrueAsync(async () => File.Exists(Path.Combine(bench.Work, "sessions.json")) && (await bench.SessionsAsync()).Count == 1, Cancel);

        (await bench.AskAsync("/new mine", Cancel)).ShouldContain("is open: mine");

        (await bench.AskAsync("/new another", Cancel)).ShouldContain("which is the most");
    }

    private static async Task<HttpClient> BobAsync(NodeBench bench)
    {
        var bob = await bench.Hub.MemberAsync("bob", Cancel);
        var nodes = await bench.Hub.Client.GetFromJsonAsync<JsonElement>("/api/v1/nodes", Cancel);
        using var granted = await bench.Hub.Client.PutAsJsonAsync($"/api/v1/nodes/{nodes.GetProperty("items")[0].GetProperty("id").GetString()}/permissions", new { ask = new[] { "bob" } }, Cancel);
        granted.EnsureSuccessStatusCode();
        return bob;
    }

    private static async Task SayAsync(HttpClient user, string text)
    {
        using var made = await user.PostAsJsonAsync("/api/v1/conversations", new { }, Cancel);
        var conversation = (await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString();
        using var said = await user.PostAsJsonAsync($"/api/v1/conversations/{conversation}/messages", new { id = Id<Message>.New(TimeProvider.System).ToString(), text }, Cancel);
        said.EnsureSuccessStatusCode();
    }
}
