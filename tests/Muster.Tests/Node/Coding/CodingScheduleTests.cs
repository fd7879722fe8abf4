using System.Net.Http.Json;
using System.Text.Json;
using Muster.Hub.Schedules;
using Muster.Testing;
using Muster.Tests.Node.Assistant;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Coding;

/// <summary>What is planned for a coding session, with a real machine and its agent.</summary>
public sealed class CodingScheduleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Instruction_ForASession_IsAnsweredByItsAgentAndReportedOnceItIsClosed()
    {
        await using var bench = await NodeBench.StartAsync(
            Cancel, CodingBench.Options(), hub => hub with { Schedules = new ScheduleOptions { Look = TimeSpan.FromMilliseconds(20), ShortestInterval = TimeSpan.FromSeconds(1) } });
        await bench.AskAsync("/new todo_app: say hello", Cancel);

        await MakeAsync(bench, "say it was planned");

        await bench.UntilAsync("message_end", Cancel, data => data.GetRawText().Contains("\"it was planned\"", StringComparison.Ordinal));
        bench.Model.Requests.ShouldBeEmpty();
        await bench.AskAsync("/close todo_app", Cancel);
        await Eventually.TrueAsync(
            async () => (await bench.Hub.Client.GetFromJsonAsync<JsonElement>("/api/v1/nodes/nas", Cancel)).GetProperty("sessions").GetInt32() == 0, Cancel);
        await MakeAsync(bench, "say it came too late");

        var told = await bench.UntilAsync("notice", Cancel, data => data.GetProperty("kind").GetString() == "reminder");
        told.GetProperty("text").GetString().ShouldBe(
            "What was planned was not done, as there is no coding session \"todo_app\" on any machine that is online: say it came too late\n"
            + "Open it with \"/new todo_app\", and give it that with \"/send todo_app: …\".");
    }

    private static async Task MakeAsync(NodeBench bench, string text)
    {
        using var made = await bench.Hub.Client.PostAsJsonAsync(
            "/api/v1/schedules", new { text, when = "1s", kind = "instruction", session = "todo_app", conversation = bench.Conversation }, Cancel);
        made.EnsureSuccessStatusCode();
    }
}
