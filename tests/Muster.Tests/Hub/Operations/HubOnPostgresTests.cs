using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Muster.Hub;
using Muster.Hub.Fleet;
using Muster.Protocol.Wire;
using Muster.Testing;
using Muster.Testing.Hub;
using Muster.Testing.Postgres;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Operations;

public sealed class HubOnPostgresTests : IAsyncLifetime
{
    private readonly TemporaryFolder _home = new();
    private PostgresCluster _cluster = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PostgresCluster.Missing is not null, PostgresCluster.Missing ?? "");
        _cluster = await PostgresCluster.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        _home.Dispose();
    }

    [Fact]
    public async Task Hub_WithADatabaseSetting_KeepsNothingOfItInTheHome()
    {
        await using var app = await StartAsync(await _cluster.NewDatabaseAsync());
        await app.ConversationAsync(Cancel);

        File.Exists(Path.Combine(_home.Path, "hub.db")).ShouldBeFalse();
    }

    [Fact]
    public async Task Server_KilledAndBack_HubGoesOnWithTheConversation()
    {
        await using var app = await StartAsync(await _cluster.NewDatabaseAsync());
        await using var node = await app.JoinAsync("nas", Cancel);
        var conversation = await app.ConversationAsync(Cancel);
        var before = await app.SayAsync(conversation, "before", Cancel);
        var forward = (await node.ReceiveAsync(Cancel)).Forward;

        await _cluster.KillAsync();
        using (var refused = await app.Client.GetAsync($"/api/v1/conversations/{conversation}", Cancel))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await refused.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("detail").GetString()!.ShouldContain($"127.0.0.1:{_cluster.Port}");
        }

        // What the machine does meanwhile waits at the machine.
        await node.SayAsync(
            ScriptedNode.Event(forward, "message_end", $$$"""{"run_id":"{{{forward.RunId}}}","message":{"id":"m1","role":"assistant","content":[{"type":"text","text":"done meanwhile"}]}}"""),
            ScriptedNode.Event(forward, "agent_end", $$$"""{"run_id":"{{{forward.RunId}}}","outcome":"completed"}"""));
        await _cluster.StartAgainAsync();

        (await app.UntilAsync(conversation, "message_end", Cancel)).GetProperty("message").GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("done meanwhile");
        await app.UntilAsync(conversation, "agent_end", Cancel);
        var after = await app.SayAsync(conversation, "after", Cancel);
        (await node.ReceiveAsync(Cancel)).Forward.MessageId.ShouldBe(after);
        forward.MessageId.ShouldBe(before);
    }

    [Fact]
    public async Task SecondHub_OnTheSameDatabase_DoesNotStart()
    {
        var address = await _cluster.NewDatabaseAsync();
        await using var app = await StartAsync(address);
        using var other = new TemporaryFolder();

        var error = await Should.ThrowAsync<Muster.Storage.StorageException>(() => HubApplication.StartAsync(other.Path, options => options with { Database = address }));

        error.Message.ShouldContain("is in use by another hub");
    }

    [Fact]
    public async Task Hub_WithAnAddressThatCannotBe_SaysSoWithoutThePassword()
    {
        var error = await Should.ThrowAsync<HubException>(() => HubApplication.StartAsync(_home.Path, options => options with { Database = "postgres://ann:s3cret@/x y" }));

        error.Message.ShouldStartWith("The setting \"database\" cannot be used");
        error.Message.ShouldNotContain("s3cret");
    }

    private Task<HubApplication> StartAsync(string address) => HubApplication.StartAsync(
        _home.Path,
        options => options with
        {
            Database = address,
            Fleet = new FleetOptions { DisconnectGrace = TimeSpan.FromMilliseconds(200), Tick = TimeSpan.FromMilliseconds(50) },
        });
}
