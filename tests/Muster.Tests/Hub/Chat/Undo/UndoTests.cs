using System.Net.Http.Json;
using System.Text.Json;
using Muster.Node.Policy;
using Muster.Testing;
using Muster.Testing.Hub;
using Muster.Testing.Models;
using Muster.Tests.Hub.Copies;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Chat.Undo;

public sealed class PostgresUndoTests : UndoTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

/// <summary><c>/undo</c>: files as they were before the newest message, on real machines whose models are scripts.</summary>
public class UndoTests : CopyTest
{
    [Fact]
    public async Task Undo_OfFilesAlone_BringsThemBackAtOnce()
    {
        var nas = await MachineAsync("nas");
        nas.Put("todo.md", "buy milk\n");
        nas.Model.Calls("file_edit", """{"path":"todo.md","edits":[{"old_text":"milk","new_text":"tea"}]}""")
            .Calls("file_edit", """{"path":"./todo.md","edits":[{"old_text":"tea","new_text":"beer"}]}""")
            .Calls("file_write", """{"path":"new/deep/a.txt","content":"hi"}""").Says("Done.");
        var conversation = await DoneAsync("change things");
        nas.Read("todo.md").ShouldBe("buy beer\n");

        (await SaidAsync(conversation, "/undo")).ShouldBe("Taken back what was done for \"change things\":\n  todo.md (nas)\n  new/deep/a.txt (nas)");

        nas.Read("todo.md").ShouldBe("buy milk\n");
        Directory.Exists(nas.PathOf("new")).ShouldBeFalse();
        (await SaidAsync(conversation, "/undo")).ShouldBe("Nothing here was changed that could be taken back.");
    }

    [Fact]
    public async Task Undo_OfMoreThanFiles_AsksBeforeItBringsBackWhatItCan()
    {
        var nas = await MachineAsync("nas");
        nas.Put("a.txt", "old");
        nas.Model.Calls("file_write", """{"path":"a.txt","content":"new"}""").Calls("shell", """{"command":"touch made-by-shell"}""").Says("Done.");
        var conversation = await DoneAsync("do both");

        (await SaidAsync(conversation, "/undo")).ShouldBe(
            "To take back what was done for \"do both\":\nComes back:\n  a.txt (nas)\nDoes not come back:\n  shell: touch made-by-shell (nas): what it did stays\nAnswer \"yes\" to take back what can be.");
        nas.Read("a.txt").ShouldBe("new");

        (await SaidAsync(conversation, "yes")).ShouldStartWith("Taken back what was done for \"do both\":\n  a.txt (nas)");
        nas.Read("a.txt").ShouldBe("old");
    }

    [Fact]
    public async Task Undo_SaidAgain_GoesPastWhatCannotComeBack()
    {
        var nas = await MachineAsync("nas");
        nas.Put("a.txt", "old");
        nas.Model.Calls("file_write", """{"path":"a.txt","content":"new"}""").Says("Written.");
        var conversation = await DoneAsync("write it");
        await DoneAsync("/shell true", conversation);

        (await SaidAsync(conversation, "/undo")).ShouldEndWith("So nothing can be taken back. /undo again goes on with the request before.");
        (await SaidAsync(conversation, "/undo")).ShouldStartWith("Taken back what was done for \"write it\"");

        nas.Read("a.txt").ShouldBe("old");
    }

    [Theory]
    [InlineData("No, thanks.", "All right: nothing was done.")]
    [InlineData("不用，谢谢！", "好的，什么都没有做。")]
    public async Task Undo_AnsweredWithNo_ChangesNothingAndSaysSo(string no, string said)
    {
        var nas = await MachineAsync("nas");
        nas.Put("a.txt", "old");
        nas.Model.Calls("file_write", """{"path":"a.txt","content":"new"}""").Calls("shell", """{"command":"true"}""").Says("Done.");
        var conversation = await DoneAsync("do both");
        await SaidAsync(conversation, "/undo");

        (await App.AnswerAsync(conversation, await App.SayAsync(conversation, no, Cancel), Cancel)).ShouldBe(said);

        nas.Read("a.txt").ShouldBe("new");
    }

    [Fact]
    public async Task Undo_AnsweredWithSomethingElse_ChangesNothing()
    {
        var nas = await MachineAsync("nas");
        nas.Put("a.txt", "old");
        nas.Model.Calls("file_write", """{"path":"a.txt","content":"new"}""").Calls("shell", """{"command":"true"}""").Says("Done.").Says("Hello.");
        var conversation = await DoneAsync("do both");
        await SaidAsync(conversation, "/undo");

        await App.SayAsync(conversation, "and who are you?", Cancel);
        await Eventually.TrueAsync(() => nas.Model.Requests.Count == 4, Cancel);

        nas.Read("a.txt").ShouldBe("new");
    }

    [Fact]
    public async Task Undo_OfWhatSomebodyChangedSince_LeavesIt()
    {
        var nas = await MachineAsync("nas");
        nas.Put("a.txt", "old");
        nas.Model.Calls("file_write", """{"path":"a.txt","content":"new"}""").Says("Done.");
        var conversation = await DoneAsync("change it");
        nas.Put("a.txt", "mine");

        (await SaidAsync(conversation, "/undo yes")).ShouldContain("a.txt (nas): it was changed since");

        nas.Read("a.txt").ShouldBe("mine");
    }

    [Fact]
    public async Task Undo_OfWhatWasDeletedSince_BringsItBack()
    {
        var nas = await MachineAsync("nas");
        nas.Put("a.txt", "old");
        nas.Model.Calls("file_write", """{"path":"a.txt","content":"new"}""").Says("Done.");
        var conversation = await DoneAsync("change it");
        File.Delete(nas.PathOf("a.txt"));

        await SaidAsync(conversation, "/undo");

        nas.Read("a.txt").ShouldBe("old");
    }

    [Fact]
    public async Task Undo_OfWhatSomebodyTookBackAlready_GoesOnWithTheMessageBefore()
    {
        var nas = await MachineAsync("nas");
        nas.Model.Calls("file_write", """{"path":"a.txt","content":"1"}""").Says("Done.").Calls("file_write", """{"path":"b.txt","content":"2"}""").Says("Done.");
        var conversation = await DoneAsync("one");
        await DoneAsync("two", conversation);
        File.Delete(nas.PathOf("b.txt"));

        (await SaidAsync(conversation, "/undo")).ShouldBe("Taken back what was done for \"one\":\n  a.txt (nas)");
    }

    [Fact]
    public async Task Undo_OfWhatFailedFirst_BringsItBackOnceItCan()
    {
        var nas = await MachineAsync("nas");
        nas.Put("a.txt", "old");
        nas.Model.Calls("file_write", """{"path":"a.txt","content":"new"}""").Says("Done.");
        var conversation = await DoneAsync("change it");
        File.Delete(nas.PathOf("a.txt"));
        Directory.CreateDirectory(nas.PathOf("a.txt"));

        (await SaidAsync(conversation, "/undo")).ShouldContain("/undo tries it again");
        Directory.Delete(nas.PathOf("a.txt"));
        (await SaidAsync(conversation, "/undo")).ShouldStartWith("Taken back what was done for \"change it\"");

        nas.Read("a.txt").ShouldBe("old");
    }

    [Fact]
    public async Task Undo_Again_GoesOnWithTheMessageBefore_OnItsMachine()
    {
        var (nas, pi) = (await MachineAsync("nas"), await MachineAsync("pi"));
        nas.Model.Calls("file_write", """{"path":"a.txt","content":"1"}""").Says("Done.");
        pi.Model.Calls("file_write", """{"path":"b.txt","content":"2"}""").Says("Done.");
        var conversation = await DoneAsync("@nas one");
        await DoneAsync("@pi two", conversation);

        (await SaidAsync(conversation, "/undo")).ShouldBe("Taken back what was done for \"@pi two\":\n  b.txt (pi)");
        (nas.Files.Count, pi.Files.Count).ShouldBe((1, 0));
        (await SaidAsync(conversation, "/undo")).ShouldBe("Taken back what was done for \"@nas one\":\n  a.txt (nas)");
        nas.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Undo_WhileItsMachineIsAway_SaysSo()
    {
        var nas = await MachineAsync("nas");
        nas.Model.Calls("file_write", """{"path":"a.txt","content":"1"}""").Says("Done.");
        var conversation = await DoneAsync("write");
        await StopAsync(nas);
        await Eventually.TrueAsync(async () => (await Ada.GetFromJsonAsync<JsonElement>("/api/v1/nodes/nas", Cancel)).GetProperty("status").GetString() == "offline", Cancel);

        (await SaidAsync(conversation, "/undo")).ShouldBe("nas cannot be reached; /undo again when it is online.");
    }

    [Fact]
    public async Task Undo_OfAFileTooLargeToKeep_SaysSo()
    {
        var nas = await MachineAsync("nas");
        nas.Put("big", new byte[10 * 1024 * 1024 + 1]);
        nas.Model.Calls("file_write", """{"path":"big","content":"x","append":true}""").Says("Done.");
        var conversation = await DoneAsync("add to it");

        (await SaidAsync(conversation, "/undo")).ShouldContain("big (nas): It has more than 10 MiB, and so was not kept.");
    }

    [Fact]
    public async Task Undo_WhileWorkGoesOn_WantsItStoppedFirst()
    {
        var nas = await MachineAsync("nas");
        var forever = new TaskCompletionSource();
        nas.Model.Then(new ScriptedAnswer().WaitFor(forever.Task).Text("Done."));
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "work", Cancel);
        await Eventually.TrueAsync(() => nas.Model.Requests.Count == 1, Cancel);

        (await SaidAsync(conversation, "/undo")).ShouldBe("nas is working. End that first (/stop), then /undo.");
        forever.SetResult();
    }

    [Theory]
    [InlineData("/undo now", "/undo takes back")]
    [InlineData("/undo", "Nothing here was changed")]
    public async Task Undo_OfNothing_SaysSo(string command, string said)
    {
        await MachineAsync("nas");

        (await SaidAsync(await App.ConversationAsync(Cancel), command)).ShouldStartWith(said);
    }

    [Fact]
    public async Task Undo_AfterARefusedCall_HasNothingToBringBack()
    {
        var nas = await MachineAsync("nas", null, new PolicyRule("file_write", "*", PolicyAction.Deny));
        nas.Model.Calls("file_write", """{"path":"a.txt","content":"1"}""").Says("Not done.");
        var conversation = await DoneAsync("write");

        (await SaidAsync(conversation, "/undo")).ShouldStartWith("Nothing here was changed");
    }

    /// <summary>Says it, and waits for the end of its run.</summary>
    private async Task<string> DoneAsync(string text, string? conversation = null)
    {
        conversation ??= await App.ConversationAsync(Cancel);
        var message = await App.SayAsync(conversation, text, Cancel);
        var run = (await App.UntilAsync(conversation, "routed", Cancel, data => data.GetProperty("message_id").GetString() == message)).GetProperty("run_id").GetString();
        await App.UntilAsync(conversation, "agent_end", Cancel, data => data.GetProperty("run_id").GetString() == run);
        return conversation;
    }

    /// <summary>What the hub answers.</summary>
    private async Task<string> SaidAsync(string conversation, string text)
    {
        var message = await App.SayAsync(conversation, text, Cancel);
        return (await App.UntilAsync(conversation, "notice", Cancel, data => data.TryGetProperty("reply_to", out var to) && to.GetString() == message)).GetProperty("text").GetString()!;
    }
}
