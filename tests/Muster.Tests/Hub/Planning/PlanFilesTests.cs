using System.Text.Json;
using System.Text.RegularExpressions;
using Muster.Agents.Messages;
using Muster.Agents.Providers;
using Muster.Hub;
using Muster.Hub.Chat.Assistant;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Planning;

/// <summary>Files that steps of a plan hand on, from machine to machine.</summary>
public sealed partial class PlanFilesTests : ModelPlanTest
{
    private const string Steps = """
        {"complexity": "moderate", "reasoning": "Two machines.", "subtasks": [
          {"id": "fetch", "description": "on alpha: write the numbers to data.csv", "kind": "code"},
          {"id": "sum", "description": "on beta: add up the numbers of data.csv", "kind": "code", "depends_on": ["fetch"]}]}
        """;

    private readonly ScriptedModel _alpha = new();
    private readonly ScriptedModel _beta = new();

    [Fact]
    public async Task File_OfAStep_IsReadByTheNextOneOnAnotherMachine_AndOfferedWithTheAnswer()
    {
        await WithTwoAsync();
        HubModel.Calls("plan", Steps).Calls("answer", """{"text": "It is 42."}""");
        _alpha.Calls("file_write", """{"path": "data.csv", "content": "1\n2\n39\n"}""").Says("Written.");
        _beta.Otherwise = request => request.Messages.OfType<ToolResultMessage>().LastOrDefault() is { } read
            ? new ScriptedAnswer().Text($"The sum is {Number().Matches(read.Text).Sum(match => int.Parse(match.Value, System.Globalization.CultureInfo.InvariantCulture))}.")
            : new ScriptedAnswer().Call("file_read", JsonSerializer.Serialize(new { path = Given().Match(request.Messages[0].Text).Groups["path"].Value }));
        var conversation = await App.ConversationAsync(Cancel);

        await App.SayAsync(conversation, "plan: numbers from one machine, added up on the other", Cancel);

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("completed");
        _beta.Requests[0].Messages[0].Text.ShouldContain("/sum/inputs/fetch/data.csv (7 B)");
        HubModel.Requests[1].Messages[0].Text.ShouldContain("The sum is 42.");
        (await App.UntilAsync(conversation, "message_end", Cancel)).GetProperty("message").GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("It is 42.\n\nFiles:\n- data.csv (fetch)");
        var file = await App.UntilAsync(conversation, "file", Cancel);
        file.GetProperty("name").GetString().ShouldBe("data.csv");
        file.GetProperty("node").GetString().ShouldBe("alpha");
        (await App.Client.GetStringAsync(file.GetProperty("url").GetString(), Cancel)).ShouldBe("1\n2\n39\n");
        Directory.Exists(Path.Combine(House.HomeOf("beta"), "work", "tasks")).ShouldBeFalse();
    }

    [Fact]
    public async Task File_OfAStep_ReachesTheOtherWayOfTheNextOne()
    {
        await WithTwoAsync();
        HubModel.Calls("plan", Steps).Calls("replan", """{"reasoning": "Elsewhere.", "subtasks": [{"id": "a", "description": "on alpha: count by hand", "kind": "code"}]}""").Calls("answer", """{"text": "Counted."}""");
        _alpha.Calls("file_write", """{"path": "data.csv", "content": "1\n2\n39\n"}""").Says("Written.").Says("Three.");
        _beta.Otherwise = _ => new ScriptedAnswer().Fail("It cannot be.", ModelFailureKind.Invalid);
        var conversation = await App.ConversationAsync(Cancel);

        await App.SayAsync(conversation, "plan: numbers from one machine, added up on the other", Cancel);

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("completed");
        var prompt = _alpha.Requests[^1].Messages[0].Text;
        prompt.ShouldContain("/sum-again/inputs/fetch/data.csv (7 B)");
        prompt.ShouldContain("### fetch\nWritten.");
    }

    [Fact]
    public async Task Outputs_ThatASpecNames_AreKeptOfAnAgent_AndOneThatIsMissingFailsIt()
    {
        await WithTwoAsync();
        _alpha.Calls("file_write", """{"path": "notes/a.txt", "content": "a"}""").Calls("file_write", """{"path": "b.log", "content": "b"}""").Says("Done.").Says("Nothing.");

        var (state, tasks) = await House.EndAsync(await SubmitAsync(new { objective = "write", outputs = new[] { "**/*.txt" }, needs = new { node = "alpha" } }));
        var (failed, why) = await House.EndAsync(await SubmitAsync(new { objective = "write", outputs = new[] { "report.md" }, needs = new { node = "alpha" } }));

        state.ShouldBe("succeeded");
        var task = await TaskAsync(tasks[0].GetProperty("id").GetString()!);
        task.GetProperty("history")[0].GetProperty("outputs").EnumerateArray().Select(output => output.GetProperty("path").GetString()).ShouldBe(["notes/a.txt"]);
        failed.ShouldBe("failed");
        (await TaskAsync(why[0].GetProperty("id").GetString()!)).GetProperty("history")[0].GetProperty("error").GetString().ShouldBe("It ended well, but did not write report.md, which its outputs name.");
    }

    private async Task<JsonElement> TaskAsync(string id) => JsonElement.Parse(await App.Client.GetStringAsync($"/api/v1/tasks/{id}", Cancel)).GetProperty("task");

    private async Task<string> SubmitAsync(object task)
    {
        using var body = new StringContent(JsonSerializer.Serialize(new { spec = new { tasks = new[] { task } } }), System.Text.Encoding.UTF8, "application/json");
        using var answer = await App.Client.PostAsync("/api/v1/jobs", body, Cancel);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel)).GetProperty("id").GetString()!;
    }

    private async Task WithTwoAsync()
    {
        await House.AddAsync("alpha", model: _alpha);
        await House.AddAsync("beta", model: _beta);
    }

    [GeneratedRegex(@"- (?<path>tasks/\S+/data\.csv)", RegexOptions.None, 1000)]
    private static partial Regex Given();

    [GeneratedRegex(@"\d+$", RegexOptions.Multiline, 1000)]
    private static partial Regex Number();
}
