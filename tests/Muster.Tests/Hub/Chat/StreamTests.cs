using System.Globalization;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Chat;

public sealed class StreamTests : HubTest
{
    [Fact]
    public async Task Reader_ThatComesBackAfterAnyEvent_GetsEachOfTheRestOnce()
    {
        var conversation = await App.ConversationAsync(Cancel);
        for (var i = 0; i < 4; i++)
        {
            await App.AnswerAsync(conversation, await App.SayAsync(conversation, "/help", Cancel), Cancel);
        }

        var all = await IdsAsync(conversation, 0, 8);
        all.ShouldBeInOrder();
        all.ShouldBeUnique();
        for (var i = 0; i < all.Count - 1; i++)
        {
            (await IdsAsync(conversation, all[i], all.Count - i - 1)).ShouldBe(all.Skip(i + 1));
        }
    }

    [Fact]
    public async Task Reader_ThatDoesNotRead_IsCutAndFindsTheRestWhenItComesBack()
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "tell me", Cancel);
        var forward = (await node.ReceiveAsync(Cancel)).Forward;
        await using var slow = await App.Client.GetStreamAsync($"/api/v1/conversations/{conversation}/events", Cancel);

        // Far more than a connection's buffers and the hub's patience hold.
        var text = new string('x', 16_000);
        var notice = ScriptedNode.Event(forward, "notice", $$"""{"run_id":"{{forward.RunId}}","kind":"mcp","level":"info","text":"{{text}}"}""");
        for (var i = 0; i < 125; i++)
        {
            await node.SayAsync([.. Enumerable.Repeat(notice, 20)]);
        }

        await node.SayAsync(ScriptedNode.Event(forward, "agent_end", $$"""{"run_id":"{{forward.RunId}}","outcome":"completed"}"""));
        await Eventually.TrueAsync(async () => !(await App.Client.GetFromJsonAsync<JsonElement>($"/api/v1/conversations/{conversation}", Cancel)).GetProperty("running").GetBoolean(), Cancel);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        var seen = new List<(string Id, string Name)>();
        await foreach (var item in SseParser.Create(slow).EnumerateAsync(deadline.Token))
        {
            seen.Add((item.EventId ?? "", item.EventType));
        }

        seen.ShouldNotContain(item => item.Name == "agent_end");
        var rest = await IdsAsync(conversation, long.Parse(seen[^1].Id, CultureInfo.InvariantCulture), 1);
        rest.ShouldBe([long.Parse(seen[^1].Id, CultureInfo.InvariantCulture) + 1]);
        await App.UntilAsync(conversation, "agent_end", Cancel);
    }

    private async Task<List<long>> IdsAsync(string conversation, long after, int count)
    {
        var ids = new List<long>();
        await foreach (var (id, _, _) in App.WatchAsync(conversation, after, Cancel))
        {
            ids.Add(id!.Value);
            if (ids.Count == count)
            {
                break;
            }
        }

        return ids;
    }
}

public sealed class QuietStreamTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_WithNothingToTell_ShowsEveryFifteenSecondsThatTheHubLives()
    {
        using var home = new TemporaryFolder();
        var time = new FakeTime();
        await using var app = await HubApplication.StartAsync(home.Path, options => options with { Time = time });
        await using var stream = await app.Client.GetStreamAsync("/api/v1/events", Cancel);
        var read = ReadAsync(stream);

        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(15));
                return read.IsCompleted;
            },
            Cancel);

        (await read).ShouldStartWith(": \n\n");
    }

    private static async Task<string> ReadAsync(Stream stream)
    {
        var buffer = new byte[64];
        var length = await stream.ReadAsync(buffer, Cancel);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
