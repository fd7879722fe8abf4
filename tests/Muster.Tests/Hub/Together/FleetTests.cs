using System.Net.Http.Json;
using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Node.Policy;
using Muster.Testing;
using Muster.Testing.Hub;
using Muster.Testing.Models;
using Muster.Tests.Hub.Copies;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Together;

/// <summary>One request to many machines: a hub and real nodes.</summary>
public sealed class FleetTests : CopyTest
{
    private static readonly PolicyRule _welcome = new("fleet", "*", PolicyAction.Allow);
    private static readonly PolicyRule _asks = new("shell", "*", PolicyAction.Ask);

    [Fact]
    public async Task Command_ToAll_RunsOnEach_AndEqualAnswersStandTogether()
    {
        var (nas, pi, web, laptop) = (await MachineAsync("nas"), await MachineAsync("pi"), await MachineAsync("web"), await MachineAsync("laptop"));
        nas.Put("name.txt", "same\n");
        pi.Put("name.txt", "same\n");
        await StopAsync(laptop);
        await OfflineAsync("laptop");

        var (text, outcome) = await SayAsync("@all /shell cat name.txt");

        text.ShouldStartWith("3 of 4 machines answered.\n- Offline: laptop");
        text.ShouldContain("**nas, pi** (verified)");
        text.IndexOf("**web** (exit code 1)", StringComparison.Ordinal).ShouldBeInRange(0, text.IndexOf("**nas, pi**", StringComparison.Ordinal));
        text.ShouldContain("same");
        outcome.ShouldBe("failed"); // of one machine, which is said
        new[] { nas, pi, web }.ShouldAllBe(machine => machine.Model.Requests.Count == 0);
    }

    [Fact]
    public async Task Request_InChinese_IsAskedOfEachModelAndAnsweredInChinese()
    {
        var (nas, pi) = (await MachineAsync("nas"), await MachineAsync("pi"));
        nas.Model.Says("很好。");
        pi.Model.Says("很好。");

        var (text, outcome) = await SayAsync("@所有 你好吗？");

        text.ShouldBe("2 台机器，2 台已回答。\n\n**nas、pi** (仅声明)\n\n很好。");
        outcome.ShouldBe("completed");
    }

    [Fact]
    public async Task Tool_GivesOneTable_WithThoseWithoutAnAnswerInTimeApart()
    {
        var (nas, pi, web) = (await MachineAsync("nas", null, _welcome), await MachineAsync("pi"), await MachineAsync("web"));
        pi.Model.Then(new ScriptedAnswer().WaitFor(new TaskCompletionSource().Task));
        web.Model.Says("Fine.");

        var table = JsonElement.Parse(await AskAsync(nas, """{"select":"pi,web","request":"How are you?","timeout":2}"""));

        (table.GetProperty("asked").GetInt32(), table.GetProperty("answered").GetInt32()).ShouldBe((2, 1));
        table.GetProperty("silent")[0].GetString().ShouldBe("pi");
        table.GetProperty("offline").GetArrayLength().ShouldBe(0);
        table.GetProperty("groups")[0].GetRawText().ShouldBe("""{"nodes":["web"],"answer":"Fine.","verified":false}""");
        await Eventually.TrueAsync(async () => (await Ada.GetFromJsonAsync<JsonElement>("/api/v1/jobs", Cancel)).GetProperty("items")[0].GetProperty("counts").GetProperty("running").GetInt32() == 0, Cancel);
    }

    [Fact]
    public async Task Tool_WithAYesForTheGroup_DoesWhatWouldAskThere_ButNotWhatIsForbidden()
    {
        var nas = await MachineAsync("nas");
        var (pi, web) = (await MachineAsync("pi", null, _asks), await MachineAsync("web", null, new PolicyRule("shell", "*", PolicyAction.Deny)));
        await App.ClaimAsync(Password);
        nas.Model.Calls("fleet", """{"select":"pi,web","command":"echo yes > made.txt"}""").Says("Done.");
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "@nas go", Cancel);

        var asked = await App.UntilAsync(conversation, "approval", Cancel);
        asked.GetProperty("reason").GetString().ShouldBe("fleet would run \"echo yes > made.txt\" on 2 machines: pi, web.");
        using var ada = With(await OkAsync(App.Anonymous, HttpMethod.Post, "login", new { username = "ada", password = Password, approve = true }));
        await OkAsync(ada, HttpMethod.Post, "approvals/" + asked.GetProperty("id").GetString(), new { decision = "allow" });
        await App.UntilAsync(conversation, "agent_end", Cancel);

        pi.Read("made.txt").ShouldBe("yes\n");
        web.Files.ShouldBeEmpty();
        var jobs = (await Ada.GetFromJsonAsync<JsonElement>("/api/v1/jobs", Cancel)).GetProperty("items").EnumerateArray().Select(job => job.GetProperty("id").GetString());
        foreach (var job in jobs.ToList())
        {
            (await Ada.GetFromJsonAsync<JsonElement>("/api/v1/jobs/" + job, Cancel)).GetProperty("conversation_id").GetString().ShouldBe(conversation);
        }

        var table = JsonElement.Parse(nas.Model.Requests[^1].Messages.OfType<ToolResultMessage>().Last().Text);
        (table.GetProperty("answered").GetInt32(), table.GetProperty("failed")[0].GetProperty("node").GetString()).ShouldBe((1, "web"));
        table.GetProperty("failed")[0].GetProperty("reason").GetString().ShouldNotBeNull().ShouldContain("forbids shell");
    }

    [Fact]
    public async Task Tool_ThatNobodySaidYesTo_DoesNothingWhereAPersonWouldBeAsked()
    {
        var (nas, pi) = (await MachineAsync("nas", null, _welcome), await MachineAsync("pi", null, _asks));

        var table = JsonElement.Parse(await AskAsync(nas, """{"select":"pi","command":"touch made.txt"}"""));

        table.GetProperty("failed")[0].GetProperty("reason").GetString().ShouldNotBeNull().ShouldContain("nobody to ask");
        pi.Files.ShouldBeEmpty();
        (await AskAsync(nas, """{"select":"oven","command":"true"}""")).ShouldContain("There is no machine oven that you may ask.");
    }

    [Fact]
    public async Task Stop_ReachesEveryMachine_WithAReceiptForEach()
    {
        await MachineAsync("nas");
        await MachineAsync("pi");
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "@all /shell sleep 600", Cancel);
        await Eventually.TrueAsync(
            async () => (await Ada.GetFromJsonAsync<JsonElement>("/api/v1/jobs", Cancel)).GetProperty("items") is var jobs && jobs.GetArrayLength() == 1 && jobs[0].GetProperty("counts").GetProperty("running").GetInt32() == 2,
            Cancel);

        var stop = await App.SayAsync(conversation, "stop", Cancel);

        (await App.AnswerAsync(conversation, stop, Cancel)).ShouldStartWith("2 of 2 stopped in");
        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("aborted");
        (await Ada.GetFromJsonAsync<JsonElement>("/api/v1/jobs", Cancel)).GetProperty("items")[0].GetProperty("state").GetString().ShouldBe("cancelled");
    }

    [Fact]
    public async Task Stop_OfOneMachine_IsToldApartFromNoAnswer()
    {
        var (nas, pi) = (await MachineAsync("nas"), await MachineAsync("pi"));
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "@all /shell until [ -e go ]; do sleep 0.05; done; echo gone", Cancel);
        await Eventually.TrueAsync(
            async () => (await Ada.GetFromJsonAsync<JsonElement>("/api/v1/jobs", Cancel)).GetProperty("items") is var jobs && jobs.GetArrayLength() == 1 && jobs[0].GetProperty("counts").GetProperty("running").GetInt32() == 2,
            Cancel);

        var stop = await App.SayAsync(conversation, "@nas stop", Cancel);

        (await App.AnswerAsync(conversation, stop, Cancel)).ShouldStartWith("Stopped on nas (");
        pi.Put("go", "");
        var said = await App.UntilAsync(conversation, "message_end", Cancel);
        said.GetProperty("message").GetProperty("content")[0].GetProperty("text").GetString()!
            .ShouldStartWith("1 of 2 machines answered.\n- Stopped: nas\n\n**pi** (verified)");
        nas.Model.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("@nsa stop")]
    [InlineData("@nsa /stop")]
    public async Task Stop_OfAMachineThatDoesNotExist_IsToldAtOnce(string misspelt)
    {
        await MachineAsync("nas");
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "@all /shell sleep 600", Cancel);
        await App.UntilAsync(conversation, "agent_start", Cancel);

        var stop = await App.SayAsync(conversation, misspelt, Cancel);

        (await App.AnswerAsync(conversation, stop, Cancel)).ShouldStartWith("There is no machine named nsa. Your machines: nas. Did you mean @nas?");
        await App.AnswerAsync(conversation, await App.SayAsync(conversation, "stop", Cancel), Cancel);
    }

    [Fact]
    public async Task Undo_TakesBackWhatEachMachineChanged()
    {
        var (nas, pi) = (await MachineAsync("nas"), await MachineAsync("pi"));
        foreach (var machine in new[] { nas, pi })
        {
            machine.Put("a.txt", "old");
            machine.Model.Calls("file_write", """{"path":"a.txt","content":"new"}""").Says("Written.");
        }

        var conversation = await App.ConversationAsync(Cancel);
        (await SayAsync("@all write it", conversation)).Text.ShouldContain("**nas, pi** (verified)");
        (nas.Read("a.txt"), pi.Read("a.txt")).ShouldBe(("new", "new"));

        await App.SayAsync(conversation, "/undo", Cancel);

        await Eventually.TrueAsync(() => Task.FromResult((nas.Read("a.txt"), pi.Read("a.txt")) == ("old", "old")), Cancel);
    }

    private Task OfflineAsync(string name) => Eventually.TrueAsync(
        async () => (await Ada.GetFromJsonAsync<JsonElement>($"/api/v1/nodes/{name}", Cancel)).GetProperty("status").GetString() == "offline", Cancel);

    private async Task<(string Text, string Outcome)> SayAsync(string text, string? conversation = null)
    {
        conversation ??= await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, text, Cancel);
        var outcome = (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString()!;
        var said = await App.UntilAsync(conversation, "message_end", Cancel);
        return (said.GetProperty("message").GetProperty("content")[0].GetProperty("text").GetString()!, outcome);
    }

    /// <summary>Has a machine's model call the tool, and gives what it was told.</summary>
    private async Task<string> AskAsync(Machine machine, string arguments)
    {
        machine.Model.Calls("fleet", arguments).Says("Done.");
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, $"@{machine.Name} go", Cancel);
        await App.UntilAsync(conversation, "agent_end", Cancel);
        return machine.Model.Requests[^1].Messages.OfType<ToolResultMessage>().Last().Text;
    }
}
