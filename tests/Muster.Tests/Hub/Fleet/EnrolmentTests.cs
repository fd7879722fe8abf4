using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Muster.Hub.Fleet;
using Muster.Node.Link;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Fleet;

public sealed class PostgresEnrolmentTests : EnrolmentTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

public class EnrolmentTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTime _time = new();
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(30), TimeProvider.System);
    private FleetHost _hub = null!;

    private CancellationToken Cancel => _deadline.Token;

    /// <summary>Null is the one that the test run is for.</summary>
    protected virtual HubEngine? Engine => null;

    public async ValueTask InitializeAsync() => _hub = await FleetHost.StartAsync(_folder, time: _time, engine: Engine);

    public async ValueTask DisposeAsync()
    {
        if (_hub is not null)
        {
            await _hub.DisposeAsync();
        }

        _folder.Dispose();
        _deadline.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Token_OfAUser_NamesTheHubAndLetsOneMachineIn()
    {
        using var client = _hub.Client("bob");
        using var offer = await client.PostAsJsonAsync("/api/v1/enrolments", new { name = "attic" }, Cancel);
        var answer = await offer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        var token = answer.GetProperty("token").GetString()!;
        answer.GetProperty("command").GetString().ShouldBe($"muster node join {token}");
        var inside = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.AsSpan(4))).RootElement;
        inside.GetProperty("u").GetString().ShouldBe(_hub.Url.GetLeftPart(UriPartial.Authority));
        var secret = inside.GetProperty("s").GetString()!;

        await ScriptedNode.JoinAsync(client, secret, "raspberry");

        _hub.Nodes.For(FleetHost.Bob).ShouldHaveSingleItem().Name.ShouldBe("attic");
        _hub.Nodes.For(FleetHost.Ann).ShouldBeEmpty();
        var again = await EnrolAsync(secret, "other");
        again.Status.ShouldBe(HttpStatusCode.Unauthorized);
        again.Problem.GetProperty("code").GetString().ShouldBe("enrolment_token");
    }

    [Fact]
    public async Task Token_AfterAnHour_IsRefused()
    {
        var secret = await _hub.OfferAsync();
        _time.Advance(TimeSpan.FromHours(1));

        (await EnrolAsync(secret, "nas")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Name_OfAnotherMachine_IsRefusedWithAFreeOneAndTheTokenStillWorks()
    {
        await _hub.JoinAsync("NAS");
        var secret = await _hub.OfferAsync();

        var taken = await EnrolAsync(secret, "nas");
        taken.Status.ShouldBe(HttpStatusCode.Conflict);
        taken.Problem.GetProperty("detail").GetString()!.ShouldContain("nas-2");

        (await EnrolAsync(secret, "nas-2")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("")]
    [InlineData("-x")]
    [InlineData("../x")]
    public async Task Name_ThatCannotBeWrittenInASentence_IsInvalid(string name) =>
        (await EnrolAsync(await _hub.OfferAsync(), name)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);

    [Fact]
    public async Task Rename_ShowsTheNewNameAndRefusesATakenOne()
    {
        var nas = await _hub.JoinAsync("nas");
        await _hub.JoinAsync("pi");
        using var client = _hub.Client();

        using var taken = await client.PatchAsJsonAsync($"/api/v1/nodes/{nas.NodeId}", new { name = "PI" }, Cancel);
        taken.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        using var renamed = await client.PatchAsJsonAsync($"/api/v1/nodes/nas", new { name = "store" }, Cancel);

        (await renamed.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("name").GetString().ShouldBe("store");
        _hub.Nodes.FindByName("nas").ShouldBeNull();
    }

    [Fact]
    public async Task Machine_OfAnotherUser_IsNotSeenNorManaged()
    {
        var nas = await _hub.JoinAsync("nas");
        using var bob = _hub.Client("bob");

        (await bob.GetFromJsonAsync<JsonElement>("/api/v1/nodes", Cancel)).GetProperty("items").GetArrayLength().ShouldBe(0);
        (await bob.GetAsync($"/api/v1/nodes/{nas.NodeId}", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await bob.DeleteAsync($"/api/v1/nodes/{nas.NodeId}", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var nobody = new HttpClient { BaseAddress = _hub.Url };
        (await nobody.GetAsync("/api/v1/nodes", Cancel)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Rotate_GivesANewCredentialAndEndsTheOld()
    {
        var old = await _hub.JoinAsync("nas");
        await using var node = await ScriptedNode.StartAsync(old, _folder.Path);
        await node.UntilAsync(LinkStatus.Online, Cancel);
        var secret = await _hub.OfferAsync(path: $"/api/v1/nodes/{old.NodeId}/rotate");
        node.State.Status.ShouldBe(LinkStatus.Online);
        using var client = _hub.Client();

        var renewed = await ScriptedNode.JoinAsync(client, secret, "ignored");

        renewed.NodeId.ShouldBe(old.NodeId);
        await node.UntilAsync(LinkStatus.Refused, Cancel);
        using var elsewhere = new TemporaryFolder();
        await using var again = await ScriptedNode.StartAsync(renewed, elsewhere.Path);
        (await again.UntilAsync(LinkStatus.Online, Cancel)).NodeName.ShouldBe("nas");
    }

    [Fact]
    public async Task Enrol_TriedTooOften_IsTurnedAway()
    {
        HttpStatusCode last = default;
        for (var i = 0; i < 21; i++)
        {
            last = (await EnrolAsync("guess", "nas")).Status;
        }

        last.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    private async Task<(HttpStatusCode Status, JsonElement Problem)> EnrolAsync(string secret, string name)
    {
        using var client = new HttpClient { BaseAddress = _hub.Url };
        using var answer = await client.PostAsJsonAsync(
            "/api/v1/enrol",
            new Dictionary<string, string> { ["secret"] = secret, ["public_key"] = Convert.ToBase64String(NodeIdentity.NewKey().PublicKey), ["name"] = name, ["machine_id"] = "m" },
            Cancel);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel));
    }
}
