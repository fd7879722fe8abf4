using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Muster.Cli.Talk;
using Muster.Hub.Routing.Commands;
using Muster.Protocol.Ids;
using Muster.Protocol.Wire;
using Muster.Testing;
using Muster.Testing.Hub;
using Muster.Tests.Hub.Jobs;
using Muster.Tests.Tidy;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Chat;

public sealed class PostgresCommandTests : CommandTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

/// <summary>Slash commands, which need no model.</summary>
public class CommandTests : HubTest
{
    [Fact]
    public void Commands_OfTheHub_AreOfferedByTheChatsOfTerminalAndPage()
    {
        var names = App.Hub.Services.GetRequiredService<CommandBook>().All.Select(command => command.Name).Order(StringComparer.Ordinal).ToList();

        ChatWords.Commands.Where(word => word != "/exit").Select(word => word[1..]).Order(StringComparer.Ordinal).ShouldBe(names);
        var page = File.ReadAllText(Path.Combine(SourceTree.Root, "web", "src", "chat", "suggestions.ts"));
        Regex.Matches(page, "\\{ name: \"(\\w+)\"", RegexOptions.None, TimeSpan.FromSeconds(1)).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal).ShouldBe(names);
    }

    [Theory]
    [InlineData("stop")]
    [InlineData("停止")]
    [InlineData("/stop")]
    [InlineData("@nas /stop")]
    [InlineData("@nas stop")]
    [InlineData("@nas: 停止")]
    [InlineData("@all /stop")]
    [InlineData("@all stop")]
    [InlineData("/stop now please")]
    [InlineData("/stop: now")]
    public async Task StopWord_AsTheWholeMessage_StopsTheRun(string word)
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "count the files", Cancel);
        var run = (await node.ReceiveAsync(Cancel)).Forward;

        await App.SayAsync(conversation, word, Cancel);

        (await node.ReceiveAsync(Cancel)).Stop.RunId.ShouldBe(run.RunId);
    }

    [Theory]
    [InlineData("@all /status", "/status goes to one machine and not to @all: @nas /status. To several go requests and command lines, such as @all /shell df -h.")]
    [InlineData("@Linux: /new blog: write", "/new goes to one machine and not to @Linux: @nas /new blog: write.")]
    [InlineData("@所有 /status", "/status 只能发给一台机器，不能发给 @所有：@nas /status。")]
    [InlineData("@all /shell", "What is all to do?")]
    [InlineData("@alll ls", "There is no machine named alll. Your machines: nas. Did you mean @all? If you meant no machine, leave that name out.")]
    [InlineData("@nsa ls", "There is no machine named nsa. Your machines: nas. Did you mean @nas?")]
    [InlineData("@nsa 磁盘还剩多少", "没有叫 nsa 的机器。有：nas。是不是 @nas？")]
    [InlineData("list files on qnap", "There is no machine named qnap. Your machines: nas.")]
    [InlineData("在 qnap 上 列出文件", "没有叫 qnap 的机器。有：nas。")]
    [InlineData("@friday ls", "There is no machine named friday. Your machines: nas. If you meant no machine")]
    [InlineData("/nodes: please", "Connected Nodes:")]
    public async Task Address_ThatACommandCannotHave_IsAnsweredWithWhatIsMeant(string text, string answer)
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);

        (await AnswerAsync(conversation, text)).ShouldStartWith(answer);
    }

    [Fact]
    public async Task Title_OfAConversation_IsItsFirstMessage_AndUntilThenItsFirstCommand()
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);

        await AnswerAsync(conversation, "/remind 10m look at the oven");
        await AnswerAsync(conversation, "@nas /status");
        (await TitleAsync(conversation)).ShouldBe("/remind 10m look at the oven");

        await App.SayAsync(conversation, "count the files", Cancel);
        await node.ReceiveAsync(Cancel);
        (await TitleAsync(conversation)).ShouldBe("count the files");
        await AnswerAsync(conversation, "/nodes");
        (await TitleAsync(conversation)).ShouldBe("count the files");
    }

    [Fact]
    public async Task Title_OfACommandForAMachine_StaysWhatItSaid()
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);

        await App.SayAsync(conversation, "/new blog: write about the sea", Cancel);
        var run = (await node.ReceiveAsync(Cancel)).Forward;
        await node.SayAsync(ScriptedNode.Event(run, "agent_end", $$"""{"run_id":"{{run.RunId}}","outcome":"completed"}"""));
        await App.UntilAsync(conversation, "agent_end", Cancel);
        await App.SayAsync(conversation, "thanks", Cancel);
        await node.ReceiveAsync(Cancel);

        (await TitleAsync(conversation)).ShouldBe("/new blog: write about the sea");
    }

    [Fact]
    public async Task Queue_WhileARunWorks_WaitsForItsEndAndGoesWithoutTheCommand()
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "count the files", Cancel);
        var run = (await node.ReceiveAsync(Cancel)).Forward;

        await App.SayAsync(conversation, "/queue then run the tests", Cancel);
        await App.UntilAsync(conversation, "notice", Cancel, data => data.GetProperty("kind").GetString() == "queued");
        await node.SayAsync(ScriptedNode.Event(run, "agent_end", $$"""{"run_id":"{{run.RunId}}","outcome":"completed"}"""));

        var next = (await node.ReceiveAsync(Cancel)).Forward;
        next.RunId.ShouldNotBe(run.RunId);
        next.Text.ShouldBe("then run the tests");
    }

    [Fact]
    public async Task Queue_Twice_EachIsARunOfItsOwn()
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "count the files", Cancel);
        var run = await node.ForwardAsync(Cancel);
        await App.SayAsync(conversation, "/queue then run the tests", Cancel);
        await App.SayAsync(conversation, "/queue and clean up", Cancel);
        await App.UntilAsync(conversation, "notice", Cancel, data => data.GetProperty("kind").GetString() == "queued");

        await node.AnswerAsync(run, "3");
        var second = await node.ForwardAsync(Cancel);
        await node.AnswerAsync(second, "green");

        (second.Text, (await node.ForwardAsync(Cancel)).Text).ShouldBe(("then run the tests", "and clean up"));
    }

    [Fact]
    public async Task Stop_ThatWasQueued_StopsAndIsDoneWith()
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "count the files", Cancel);
        var run = await node.ForwardAsync(Cancel);
        await App.SayAsync(conversation, "/queue /stop", Cancel);
        await App.UntilAsync(conversation, "notice", Cancel, data => data.GetProperty("kind").GetString() == "queued");

        await node.AnswerAsync(run, "3");

        await App.NoticedAsync(conversation, "Nothing was going on.", Cancel);
        await App.SayAsync(conversation, "and the folders", Cancel);
        (await node.ForwardAsync(Cancel)).Text.ShouldBe("and the folders");
    }

    [Fact]
    public async Task Command_ThatWaitedForItsMachine_IsNeverSaidToItsRun()
    {
        var node = await App.JoinAsync("nas", Cancel);
        await using var other = await App.JoinAsync("vps", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await node.DisposeAsync();
        await App.NoticedAsync(conversation, "⚠️ Node \"nas\" disconnected.", Cancel);
        foreach (var text in new[] { "@nas clean up", "@nas /shell df -h" })
        {
            await App.AnswerAsync(conversation, await App.SayAsync(conversation, text, Cancel), Cancel);
            await App.SayAsync(conversation, "yes", Cancel);
        }

        await using var back = await App.StartNodeAsync(node.Identity, Cancel);
        var first = await back.ForwardAsync(Cancel);
        await back.AnswerAsync(first, "clean");

        var second = await back.ForwardAsync(Cancel);
        (second.Text, second.PlainCommand).ShouldBe(("$ df -h", true));
    }

    [Theory]
    [InlineData("@hub /shell rm -r tmp", "That needs a machine, which the hub is not")]
    public async Task Command_ToTheHub_RunsOnNoMachine(string text, string answer)
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);

        (await App.AnswerAsync(conversation, await App.SayAsync(conversation, text, Cancel), Cancel)).ShouldContain(answer);

        await App.SayAsync(conversation, "@nas hello", Cancel);
        (await node.ForwardAsync(Cancel)).Text.ShouldContain("hello");
    }

    [Fact]
    public async Task Run_OfAUserWhoMayNotAskThereAnyMore_OpensNothingOfTheirs()
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        using var bob = await App.MemberAsync("bob", Cancel);
        await PermitAsync("bob");
        var conversation = (await (await bob.PostAsJsonAsync("/api/v1/conversations", new { }, Cancel)).Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;
        await bob.PostAsJsonAsync($"/api/v1/conversations/{conversation}/messages", new { id = Id<Message>.New(TimeProvider.System).ToString(), text = "hello" }, Cancel);
        var run = await node.ForwardAsync(Cancel);
        (await NotesAsync(node, run)).Error.ShouldBeEmpty();

        await PermitAsync();

        (await NotesAsync(node, run)).Error.ShouldBe("The user of this run may not ask on nas any more.");
    }

    private async Task PermitAsync(params string[] users) =>
        (await App.Client.PutAsJsonAsync("/api/v1/nodes/nas/permissions", new { ask = users }, Cancel)).EnsureSuccessStatusCode();

    private static async Task<HubReply> NotesAsync(ScriptedNode node, Forward run)
    {
        var call = Id<Message>.New(TimeProvider.System).ToString();
        await node.SayAsync(new Frame { HubCall = new HubCall { CallId = call, RunId = run.RunId, Method = "memory.read", Json = "{}" } });
        while (true)
        {
            if ((await node.ReceiveAsync(Cancel)).HubReply is { } reply && reply.CallId == call)
            {
                return reply;
            }
        }
    }

    [Theory]
    [InlineData("schedule")]
    [InlineData("task")]
    [InlineData("background")]
    public async Task Channel_OfTheHubItself_IsNoClients(string channel)
    {
        var conversation = await App.ConversationAsync(Cancel);

        using var answer = await App.Client.PostAsJsonAsync(
            $"/api/v1/conversations/{conversation}/messages", new { id = Id<Message>.New(TimeProvider.System).ToString(), text = "hello", channel }, Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Interrupt_WhileARunWorks_BreaksItOff()
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "count the files", Cancel);
        var run = (await node.ReceiveAsync(Cancel)).Forward;

        await App.SayAsync(conversation, "/interrupt look at the log first", Cancel);

        var steer = (await node.ReceiveAsync(Cancel)).Steer;
        (steer.RunId, steer.Text, steer.Interrupt).ShouldBe((run.RunId, "look at the log first", true));
    }

    [Theory]
    [InlineData("plan: list the files, then count them", "Plans and requests to many machines run tasks, and the key that sent this has not the scope \"run\". Leave the first word out, or use another key.")]
    [InlineData("@all how warm is it?", "Plans and requests to many machines run tasks, and the key that sent this has not the scope \"run\". Leave the first word out, or use another key.")]
    [InlineData("@所有 磁盘还剩多少？", "计划和发给多台机器的请求会运行任务，而发送它的密钥没有 run 权限。请去掉开头的词，或换一把密钥。")]
    public async Task WorkForThePool_WithAKeyThatMayNotRun_IsRefusedWithTheReason(string text, string expected)
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        using var made = await App.Client.PostAsJsonAsync("/api/v1/keys", new { name = "asks", scopes = new[] { "ask" } }, Cancel);
        using var asking = App.NewClient((await made.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("secret").GetString());
        var conversation = await App.ConversationAsync(Cancel);
        var id = Id<Message>.New(TimeProvider.System).ToString();

        using var sent = await asking.PostAsJsonAsync($"/api/v1/conversations/{conversation}/messages", new { id, text }, Cancel);

        sent.EnsureSuccessStatusCode();
        (await App.AnswerAsync(conversation, id, Cancel)).ShouldBe(expected);
    }

    [Fact]
    public async Task Interrupt_WithNothingGoingOn_IsAMessage()
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);

        await App.SayAsync(conversation, "@nas /interrupt hello there", Cancel);

        (await node.ReceiveAsync(Cancel)).Forward.Text.ShouldBe("@nas hello there");
    }

    [Fact]
    public async Task Approve_InTheConversation_CountsOnlyWithACredentialThatMay()
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        await App.ClaimAsync("correct horse");
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "clean up", Cancel);
        var run = (await node.ReceiveAsync(Cancel)).Forward;
        await node.SayAsync(new Frame
        {
            ApprovalRequest = new ApprovalRequest
            {
                ApprovalId = Id<Approval>.New(TimeProvider.System).ToString(), RunId = run.RunId, ConversationId = conversation, Tool = "shell",
                ArgumentsJson = """{"command":"rm x"}""", Folder = "/work", Reason = "it deletes", ExpiresSeconds = 600,
            },
        });
        await App.UntilAsync(conversation, "approval", Cancel);

        (await AnswerAsync(conversation, "/approve")).ShouldContain("may not answer approvals");
        using var login = await App.Anonymous.PostAsJsonAsync("/api/v1/login", new { username = "ada", password = "correct horse", approve = true }, Cancel);
        using var person = App.NewClient((await login.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("access_token").GetString());
        (await AnswerAsync(conversation, "/approve", person)).ShouldBe("Allowed: shell {\"command\":\"rm x\"} (nas, /work)");

        var answer = (await node.ReceiveAsync(Cancel)).ApprovalAnswer;
        (answer.Allow, answer.By).ShouldBe((true, "ada"));
        (await AnswerAsync(conversation, "/deny", person)).ShouldBe("Nothing waits for an approval.");
    }

    [Fact]
    public async Task Memory_Notes_AreListedSearchedAndForgotten()
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        (await AnswerAsync(conversation, "/memory")).ShouldStartWith("Nothing is remembered yet");
        await App.SayAsync(conversation, "remember things", Cancel);
        var run = (await node.ReceiveAsync(Cancel)).Forward;
        foreach (var text in new[] { "the backup goes to nas at night", "Bob 喜欢喝茶", "the router is a Fritz!Box" })
        {
            await node.SayAsync(new Frame
            {
                HubCall = new HubCall { CallId = Id<Message>.New(TimeProvider.System).ToString(), RunId = run.RunId, Method = "memory.write", Json = JsonSerializer.Serialize(new { text, key = text }) },
            });
            (await node.ReceiveAsync(Cancel)).HubReply.Error.ShouldBe("");
        }

        var found = await AnswerAsync(conversation, "/memory 喝茶");
        found.ShouldContain("Bob 喜欢喝茶");
        found.ShouldNotContain("router");
        var id = found.Split('#')[1][..6];
        (await AnswerAsync(conversation, $"/memory delete #{id}")).ShouldBe("Forgotten: Bob 喜欢喝茶");
        (await AnswerAsync(conversation, "/memory delete 000000")).ShouldContain("note");

        using var bob = await App.MemberAsync("bob", Cancel);
        (await bob.GetFromJsonAsync<JsonElement>("/api/v1/notes", Cancel)).GetProperty("items").GetArrayLength().ShouldBe(0);
        var mine = (await App.Client.GetFromJsonAsync<JsonElement>("/api/v1/notes?query=the&limit=1", Cancel));
        mine.GetProperty("items")[0].GetProperty("text").GetString().ShouldBe("the router is a Fritz!Box");
        var next = await App.Client.GetFromJsonAsync<JsonElement>($"/api/v1/notes?query=the&limit=1&after={mine.GetProperty("next").GetString()}", Cancel);
        next.GetProperty("items")[0].GetProperty("text").GetString().ShouldBe("the backup goes to nas at night");
        using var foreign = await bob.DeleteAsync($"/api/v1/notes/{mine.GetProperty("next").GetString()}", Cancel);
        foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await AnswerAsync(conversation, "/memory delete all")).ShouldBe("All 2 notes were deleted.");
    }

    [Fact]
    public async Task JobsTasksBalance_OfTheUser_AreTold()
    {
        await using var house = await PoolHouse.StartAsync(Cancel);
        var conversation = await house.Hub.ConversationAsync(Cancel);
        async Task<string> Told(string command) => await house.Hub.AnswerAsync(conversation, await house.Hub.SayAsync(conversation, command, Cancel), Cancel);
        (await Told("/jobs")).ShouldStartWith("There are no jobs yet");
        (await Told("/balance")).ShouldStartWith("Nothing costs anything here yet");
        var job = await house.RunAsync("true");
        await house.EndAsync(job);

        (await Told("/jobs")).ShouldContain($"#{Id<Job>.Parse(job).Short}  test  succeeded");
        (await Told("/tasks")).ShouldMatch(@"✅ #\w{6} succeeded \d+s  node0  test");
        var help = await Told("/help");
        foreach (var usage in (string[])["/memory [WORDS]", "/new [--timeout SECONDS] [--agent NAME] PROJECT: PROMPT", "/undo [yes] — "])
        {
            help.ShouldContain(usage);
        }

        (await Told($"/tasks {Id<TaskKind>.Parse((await house.EndAsync(job)).Tasks[0].GetProperty("id").GetString()!).Short}")).ShouldMatch(@"^✅ #\w{6} succeeded \d+s  node0  test\nmuster job logs \w{6}$");
        (await Told("/tasks #zzzzzz")).ShouldBe("There is no task #zzzzzz of yours. /tasks lists those that there are.");
    }

    private async Task<string?> TitleAsync(string conversation) =>
        (await App.Client.GetFromJsonAsync<JsonElement>($"/api/v1/conversations/{conversation}", Cancel)).GetProperty("title").GetString();

    /// <summary>What the hub says to a command.</summary>
    private async Task<string> AnswerAsync(string conversation, string text, HttpClient? client = null)
    {
        var id = Id<Message>.New(TimeProvider.System).ToString();
        using var posted = await (client ?? App.Client).PostAsJsonAsync($"/api/v1/conversations/{conversation}/messages", new { id, text }, Cancel);
        posted.EnsureSuccessStatusCode();
        return await App.AnswerAsync(conversation, id, Cancel);
    }
}
