using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Accounts;
using Muster.Node.Background;
using Muster.Storage;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Background;

/// <summary>Files on their way from a real node's working folder to the person.</summary>
public sealed class FileSendTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(3_000_000)]
    public async Task File_OfAnySize_ComesToThePersonAndNobodyElse(int size)
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);
        var content = new byte[size];
        new Random(7).NextBytes(content);
        await File.WriteAllBytesAsync(Path.Combine(bench.Work, "plot 1.png"), content, Cancel);

        (await bench.CallAsync("file_send", new { path = "plot 1.png" })).ShouldStartWith("Sent plot 1.png");

        var file = await bench.Hub.UntilAsync(bench.Conversation, "file", Cancel);
        file.GetProperty("name").GetString().ShouldBe("plot 1.png");
        file.GetProperty("size").GetInt64().ShouldBe(size);
        using var answer = await bench.Hub.Client.GetAsync(file.GetProperty("url").GetString(), Cancel);
        (await answer.Content.ReadAsByteArrayAsync(Cancel)).ShouldBe(content);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        answer.Content.Headers.ContentDisposition!.FileNameStar.ShouldBe("plot 1.png");
        using var other = await bench.Hub.MemberAsync("bob", Cancel);
        using var refused = await other.GetAsync(file.GetProperty("url").GetString(), Cancel);
        refused.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task FileOps_Send_SendsToo()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);
        await File.WriteAllTextAsync(Path.Combine(bench.Work, "sessions.json"), "{}", Cancel);

        await bench.CallAsync("file_ops", new { action = "send", path = "sessions.json" });

        (await bench.Hub.UntilAsync(bench.Conversation, "file", Cancel)).GetProperty("name").GetString().ShouldBe("sessions.json");
    }

    [Theory]
    [InlineData("../outside.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("link.txt")]
    [InlineData("folder")]
    [InlineData("absent.txt")]
    [InlineData("large.bin")]
    public async Task Path_ThatMayNotGo_IsRefusedWithASentence(string path)
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel, new BackgroundOptions { MaxSentFile = 1_000 });
        Directory.CreateDirectory(Path.Combine(bench.Work, "folder"));
        await File.WriteAllTextAsync(Path.Combine(bench.Work, "..", "outside.txt"), "secret", Cancel);
        await File.WriteAllBytesAsync(Path.Combine(bench.Work, "large.bin"), new byte[1_001], Cancel);
        File.CreateSymbolicLink(Path.Combine(bench.Work, "link.txt"), Path.Combine(bench.Work, "..", "outside.txt"));

        (await bench.CallAsync("file_send", new { path })).ShouldNotStartWith("Sent");
        (await bench.CallAsync("file_ops", new { action = "send", path })).ShouldNotStartWith("Sent");
    }

    [Theory]
    [InlineData("file_send", """{"path":"there.txt"}""", false)]
    [InlineData("file_ops", """{"action":"send","path":"there.txt"}""", false)]
    [InlineData("file_ops", """{"action":"read","path":"there.txt"}""", true)]
    [InlineData("run_background", """{"command":"touch note.txt"}""", false)]
    [InlineData("task_status", "{}", true)]
    public async Task Guest_IsSentNothingAndStartsNothing(string tool, string arguments, bool works)
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);
        await File.WriteAllTextAsync(Path.Combine(bench.Work, "there.txt"), "what is there", Cancel);
        var services = bench.Hub.Hub.Services;
        var people = services.GetRequiredService<People>();
        await services.GetRequiredService<Database>().WriteAsync(
            tx =>
            {
                tx.Execute("update users set role = 'guest'");
                people.Changed(tx, tx.Scalar<string>("select id from users"));
            },
            Cancel);

        (await bench.CallAsync(tool, JsonElement.Parse(arguments))).Contains("not for guests", StringComparison.Ordinal).ShouldBe(!works);
    }

    [Fact]
    public async Task Upload_ForARunOfAnotherMachineOrNone_IsRefused()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);
        await bench.CallAsync("task_status", new { });
        var run = (await bench.Hub.UntilAsync(bench.Conversation, "routed", Cancel)).GetProperty("run_id").GetString();
        using var body = new ByteArrayContent([1, 2, 3]);

        using var stranger = await bench.Hub.Anonymous.PostAsync($"/api/v1/node/runs/{run}/files", body, Cancel);
        using var person = await bench.Hub.Client.PostAsync($"/api/v1/node/runs/{run}/files", body, Cancel);

        stranger.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        person.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task OfflineRule_SendsAsAsked()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel, change: options => options with { Models = new Muster.Agents.Providers.ModelCatalog([], TimeProvider.System) });
        await File.WriteAllTextAsync(Path.Combine(bench.Work, "sessions.json"), "[1]", Cancel);

        await bench.SayAsync("send me the sessions.json file");

        var file = await bench.Hub.UntilAsync(bench.Conversation, "file", Cancel);
        (await bench.Hub.Client.GetStringAsync(file.GetProperty("url").GetString(), Cancel)).ShouldBe("[1]");
    }
}
