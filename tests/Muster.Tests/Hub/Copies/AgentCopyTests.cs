using System.Net.Http.Json;
using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Hub.Copies;
using Muster.Node.Policy;
using Muster.Storage;
using Muster.Testing;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Copies;

/// <summary>An agent on one machine copies with <c>file_copy</c>; each machine decides for itself.</summary>
public sealed class AgentCopyTests : CopyTest
{
    private static readonly PolicyRule _welcome = new("file_copy", "*", PolicyAction.Allow);

    [Fact]
    public async Task Tool_WhereTheOtherMachineAllowsIt_CopiesThere()
    {
        var (nas, pi) = (await MachineAsync("nas"), await MachineAsync("pi", null, _welcome));
        nas.Put("a.txt", "from nas");

        var result = await AskAsync(nas, """{"from":"a.txt","to":"pi:in/"}""");

        result.ShouldBe("Copied 8 B to pi:in/a.txt.");
        pi.Read("in/a.txt").ShouldBe("from nas");
        await Eventually.TrueAsync(async () => await HeldAsync() == 0, Cancel);
    }

    [Fact]
    public async Task Tool_OnItsOwnMachine_NeedsNobodysYes()
    {
        var nas = await MachineAsync("nas");
        nas.Put("a.txt", "mine");

        (await AskAsync(nas, """{"from":"a.txt","to":"b.txt"}""")).ShouldContain("Copied");

        nas.Read("b.txt").ShouldBe("mine");
    }

    [Theory]
    [InlineData("allow", true)]
    [InlineData("deny", false)]
    public async Task Tool_WhereTheOtherMachineHasNoRule_NeedsAPersonsYesForThatMachine(string decision, bool written)
    {
        var (nas, pi) = (await MachineAsync("nas"), await MachineAsync("pi"));
        nas.Put("a.txt", "from nas");
        await App.ClaimAsync(Password);
        nas.Model.Calls("file_copy", """{"from":"a.txt","to":"pi:a.txt"}""").Says("Done.");
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "@nas go", Cancel);
        var asked = await App.UntilAsync(conversation, "approval", Cancel);
        pi.Files.ShouldBeEmpty();

        (asked.GetProperty("node").GetString(), asked.GetProperty("tool").GetString()).ShouldBe(("pi", "file_write"));
        asked.GetProperty("reason").GetString().ShouldNotBeNull().ShouldContain("An agent on nas wants to put a file here");
        using var ada = With(await OkAsync(App.Anonymous, HttpMethod.Post, "login", new { username = "ada", password = Password, approve = true }));
        await OkAsync(ada, HttpMethod.Post, "approvals/" + asked.GetProperty("id").GetString(), new { decision });
        await App.UntilAsync(conversation, "agent_end", Cancel);

        File.Exists(pi.PathOf("a.txt")).ShouldBe(written);
        (await Ada.GetFromJsonAsync<JsonElement>("/api/v1/approvals", Cancel)).GetProperty("items").GetArrayLength().ShouldBe(0); // one question, not one for each step
    }

    [Fact]
    public async Task Tool_WhoseFileIsNotForIt_SaysWhy()
    {
        var (nas, pi) = (await MachineAsync("nas", null, new PolicyRule("file_read", "*.env", PolicyAction.Deny)), await MachineAsync("pi", null, _welcome));
        nas.Put("a.env", "secret");

        (await AskAsync(nas, """{"from":"a.env","to":"pi:a.txt"}""")).ShouldContain("forbids file_read \"a.env\"");

        pi.Files.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("docs/a.txt", "Copied")]
    [InlineData("docs/../keys.txt", "forbids file_copy \"keys.txt\"")]
    [InlineData("docs/link", "forbids file_copy \"keys.txt\"")]
    public async Task Tool_WhereAFolderIsAllowed_GetsWhatLiesInItAlone(string path, string said)
    {
        var nas = await MachineAsync("nas");
        var pi = await MachineAsync("pi", null, new("file_copy", "docs/*", PolicyAction.Allow), new("file_copy", "*", PolicyAction.Deny));
        pi.Put("docs/a.txt", "public");
        pi.Put("keys.txt", "secret");
        File.CreateSymbolicLink(pi.PathOf("docs/link"), "../keys.txt");

        (await AskAsync(nas, JsonSerializer.Serialize(new { from = $"pi:{path}", to = "got.txt" }))).ShouldContain(said);

        File.Exists(nas.PathOf("got.txt")).ShouldBe(said == "Copied");
    }

    [Fact]
    public async Task Tool_UnknownMachine_SaysWhichThereAre()
    {
        var nas = await MachineAsync("nas");

        (await AskAsync(nas, """{"from":"a.txt","to":"oven:a.txt"}""")).ShouldContain("There is no machine oven that you may copy from or to: nas is there.");
    }

    [Fact]
    public async Task Run_Stopped_EndsItsCopy()
    {
        var nas = await MachineAsync("nas");
        await SilentAsync("pi");
        nas.Put("a.txt", "a");
        nas.Model.Calls("file_copy", """{"from":"a.txt","to":"pi:a.txt"}""").Says("Done.");
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "@nas go", Cancel);
        await App.UntilAsync(conversation, "tool_execution_start", Cancel);
        await Eventually.TrueAsync(async () => await RecordedAsync() is { } id && Service<CopyBook>().Find(Service<Muster.Hub.Accounts.People>().Owner!.Value, id).Model.Step == "checking", Cancel);

        await OkAsync(Ada, HttpMethod.Post, $"conversations/{conversation}/stop");

        var copy = (await RecordedAsync())!;
        await Eventually.TrueAsync(async () => (await Copies.GetAsync(copy, Cancel)).IsOver, Cancel);
        (await Copies.GetAsync(copy, Cancel)).State.ShouldBe("cancelled");
    }

    private Task<string?> RecordedAsync() => Database.ReadAsync(tx => tx.QueryFirst<string>("select detail from audit where action = 'file.copy'"), Cancel);

    /// <summary>Has a machine's model call the tool, and gives what it was told.</summary>
    private async Task<string> AskAsync(Machine machine, string arguments)
    {
        machine.Model.Calls("file_copy", arguments).Says("Done.");
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, $"@{machine.Name} go", Cancel);
        await App.UntilAsync(conversation, "agent_end", Cancel);
        return machine.Model.Requests[^1].Messages.OfType<ToolResultMessage>().Last().Text;
    }
}
