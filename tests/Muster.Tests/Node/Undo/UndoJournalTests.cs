using Muster.Agents.Messages;
using Muster.Node;
using Muster.Node.Undo;
using Muster.Storage.Sqlite;
using Muster.Testing.Hub;
using Muster.Testing.Models;
using Muster.Tests.Node.Assistant;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Undo;

/// <summary>What a machine keeps of what tools changed.</summary>
public sealed class UndoJournalTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Journal_AfterARestart_StillBringsBack()
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        await File.WriteAllTextAsync(Path.Combine(bench.Work, "a.txt"), "old", Cancel);
        bench.Model.Calls("file_write", """{"path":"a.txt","content":"new"}""").Says("Done.");
        await bench.AskAsync("write", Cancel);
        await bench.DownAsync();
        await bench.UpAsync(Cancel);

        await UndoAsync(bench);

        (await File.ReadAllTextAsync(Path.Combine(bench.Work, "a.txt"), Cancel)).ShouldBe("old");
        Directory.GetFiles(Path.Combine(bench.Home, "undo")).ShouldBeEmpty("nothing needs it any more");
    }

    [Fact]
    public async Task Conversation_Deleted_LeavesNothingOfItOnItsMachine()
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        await File.WriteAllTextAsync(Path.Combine(bench.Work, "a.txt"), "old", Cancel);
        bench.Model.Calls("file_write", """{"path":"a.txt","content":"new"}""").Says("Done.");
        await bench.AskAsync("write", Cancel);

        (await bench.Hub.Client.DeleteAsync($"/api/v1/conversations/{bench.Conversation}", Cancel)).EnsureSuccessStatusCode();

        await Muster.Testing.Eventually.TrueAsync(() => Directory.GetFiles(Path.Combine(bench.Home, "undo")).Length == 0, Cancel);
        await bench.DownAsync();
        await using var database = await NodeDatabase.OpenAsync(new SqliteOptions { Path = Path.Combine(bench.Home, "node.db"), ProgramVersion = new Version(0, 1, 0) });
        (await database.ReadAsync(tx => tx.Scalar<long>("select count(*) from context_messages"), Cancel)).ShouldBe(0);
        (await File.ReadAllTextAsync(Path.Combine(bench.Work, "a.txt"), Cancel)).ShouldBe("new");
    }

    [Fact]
    public async Task Journal_OverItsQuota_DropsTheOldestMessageWhole()
    {
        await using var bench = await NodeBench.StartAsync(Cancel, options => options with { Undo = new UndoOptions { Quota = 150 } });
        foreach (var name in new[] { "a.txt", "b.txt" })
        {
            await File.WriteAllTextAsync(Path.Combine(bench.Work, name), new string(name[0], 100), Cancel);
            bench.Model.Calls("file_write", $$"""{"path":"{{name}}","content":"new"}""").Says("Done.");
            await bench.AskAsync("write", Cancel);
        }

        Directory.GetFiles(Path.Combine(bench.Home, "undo")).Length.ShouldBe(1);
        (await UndoAsync(bench)).ShouldBe("Taken back what was done for \"write\":\n  b.txt (nas)");
        (await UndoAsync(bench)).ShouldBe("Nothing here was changed that could be taken back.");
    }

    [Fact]
    public async Task Journal_OfWhatAnAgentReadsAndAsks_HoldsNothing()
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        await File.WriteAllTextAsync(Path.Combine(bench.Work, "a.txt"), "old", Cancel);
        bench.Model.Then(new ScriptedAnswer().Call("file_read", """{"path":"a.txt"}""").Call("system", """{"section":"disk"}""").Call("nodes").Stops(StopReason.ToolUse)).Says("Done.");
        await bench.AskAsync("look", Cancel);

        (await UndoAsync(bench)).ShouldBe("Nothing here was changed that could be taken back.");
    }

    private static async Task<string> UndoAsync(NodeBench bench)
    {
        var message = await bench.SayAsync("/undo", Cancel);
        return (await bench.UntilAsync("notice", Cancel, data => data.TryGetProperty("reply_to", out var to) && to.GetString() == message)).GetProperty("text").GetString()!;
    }
}
