using System.Net.Http.Json;
using System.Text.Json;
using Muster.Node;
using Muster.Node.Coding;
using Muster.Node.Policy;
using Muster.Testing.Models;
using Muster.Tests.Node.Assistant;
using Muster.Tests.Tidy;
using Xunit;

namespace Muster.Tests.Node.Coding;

/// <summary>A real hub and a real node with a small real agent: a program of its own, in the sandbox, that speaks ACP.</summary>
internal static class CodingBench
{
    private const string Password = "correct horse battery";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static string Script => Path.Combine(SourceTree.Root, "tests", "Muster.Tests", "Node", "Coding", "acp-agent.mjs");

    public static Task<NodeBench> StartAsync(Func<CodingOptions, CodingOptions>? change = null, params PolicyRule[] rules) => NodeBench.StartAsync(Cancel, Options(change, rules));

    public static Func<NodeOptions, NodeOptions> Options(Func<CodingOptions, CodingOptions>? change = null, params PolicyRule[] rules)
    {
        var coding = new CodingOptions { Agent = "small", Agents = [new CodingAgentOptions("small", $"node '{Script}'", [])] };
        return options => options with { Coding = change?.Invoke(coding) ?? coding, Policy = rules };
    }

    /// <summary>The id of a user's only session.</summary>
    public static async Task<string> SessionAsync(this NodeBench bench) => (await bench.SessionsAsync())[0].GetProperty("id").GetString()!;

    /// <summary>Those that are open; none while the file is being written.</summary>
    public static async Task<IReadOnlyList<JsonElement>> SessionsAsync(this NodeBench bench) =>
        await File.ReadAllTextAsync(Path.Combine(bench.Work, "sessions.json"), Cancel) is { Length: > 0 } text
            ? [.. JsonElement.Parse(text).EnumerateArray().Where(session => session.GetProperty("state").GetString() == "open")]
            : [];

    /// <summary>Says something while the answer is still to come, and gives the approval that it asks for.</summary>
    public static async Task<JsonElement> AskingAsync(this NodeBench bench, string text)
    {
        await bench.Hub.ClaimAsync(Password);
        await bench.SayAsync(text, Cancel);
        return await bench.UntilAsync("approval", Cancel);
    }

    public static async Task AnswerAsync(this NodeBench bench, JsonElement approval, string decision)
    {
        using var login = await bench.Hub.Anonymous.PostAsJsonAsync("/api/v1/login", new { username = "ada", password = Password, approve = true }, Cancel);
        using var person = bench.Hub.NewClient((await login.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("access_token").GetString());
        using var answer = await person.PostAsJsonAsync($"/api/v1/approvals/{approval.GetProperty("id").GetString()}", new { decision }, Cancel);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The text of the last answer, once the run that goes on has ended.</summary>
    public static async Task<string> EndAsync(this NodeBench bench)
    {
        await bench.UntilAsync("agent_end", Cancel);
        var last = (await bench.ThreadAsync(Cancel)).Last(item => item.Name == "message_end" && item.Data.GetProperty("message").GetProperty("role").GetString() == "assistant");
        return string.Concat(last.Data.GetProperty("message").GetProperty("content").EnumerateArray().Where(block => block.GetProperty("type").GetString() == "text").Select(block => block.GetProperty("text").GetString()));
    }

    /// <summary>What the hub says to a command of its own.</summary>
    public static async Task<string> CommandAsync(this NodeBench bench, string text)
    {
        var message = await bench.SayAsync(text, Cancel);
        return (await bench.UntilAsync("notice", Cancel, data => data.TryGetProperty("reply_to", out var about) && about.GetString() == message)).GetProperty("text").GetString()!;
    }
}
