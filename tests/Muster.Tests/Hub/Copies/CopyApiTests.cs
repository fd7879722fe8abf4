using System.Net;
using System.Net.Http.Headers;
using Muster.Client;
using Muster.Hub.Fleet;
using Muster.Hub.Fleet.Links;
using Muster.Protocol.Ids;
using Muster.Storage;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Copies;

/// <summary>Who may have what copied, and what the hub answers.</summary>
public sealed class CopyApiTests : CopyTest
{
    private static object Body(string from, string? to) => new
    {
        from = new { node = from.Split(':')[0], path = from.Split(':')[1] },
        to = to is null ? null : new { node = to.Split(':')[0], path = to.Split(':')[1] },
    };

    [Fact]
    public async Task Guest_IsRefused()
    {
        var (nas, _) = (await MachineAsync("nas"), await MachineAsync("pi"));
        nas.Put("a.txt", "a");
        await App.ClaimAsync(Password);
        var gus = await JoinAsync("gus", "guest");
        await OkAsync(Ada, HttpMethod.Put, "nodes/nas/permissions", new { ask = new[] { "gus" } });

        var answer = await SendAsync(gus.Client, HttpMethod.Post, "copies", Body("nas:a.txt", null));

        (answer.Status, answer.Code).ShouldBe((HttpStatusCode.Forbidden, "forbidden"));
    }

    [Fact]
    public async Task Machine_ThatOneMayNotAsk_IsNotThere()
    {
        await MachineAsync("nas");
        await MachineAsync("pi");
        await App.ClaimAsync(Password);
        var eve = await JoinAsync("eve", "admin"); // an admin manages every machine, and reads none of their files
        await OkAsync(Ada, HttpMethod.Put, "nodes/pi/permissions", new { ask = new[] { "eve" } });

        var answer = await SendAsync(eve.Client, HttpMethod.Post, "copies", Body("pi:a.txt", "nas:a.txt"));

        answer.Status.ShouldBe(HttpStatusCode.NotFound);
        answer.Detail.ShouldBe("There is no machine nas that you may copy from or to: pi is there.");
    }

    [Fact]
    public async Task Copy_OfAnother_IsNotThere()
    {
        await SilentAsync("nas");
        await App.ClaimAsync(Password);
        var bob = await JoinAsync("bob");
        var copy = await Copies.StartAsync(Source("nas:a"), null, cancellationToken: Cancel);

        (await SendAsync(bob.Client, HttpMethod.Get, "copies/" + copy.Id)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await SendAsync(bob.Client, HttpMethod.Delete, "copies/" + copy.Id)).Status.ShouldBe(HttpStatusCode.NotFound);

        (await Copies.GetAsync(copy.Id, Cancel)).State.ShouldBe("running");
    }

    [Fact]
    public async Task Copy_Cancelled_EndsAndLeavesNothing()
    {
        await SilentAsync("nas");
        var copy = await Copies.StartAsync(Source("nas:a"), null, cancellationToken: Cancel);

        await Copies.CancelAsync(copy.Id.Substring("cpy_".Length + 10, 8), Cancel);

        await Eventually.TrueAsync(async () => (await Copies.GetAsync(copy.Id, Cancel)).IsOver, Cancel);
        var ended = await Copies.GetAsync(copy.Id, Cancel);
        (ended.State, ended.Error).ShouldBe(("cancelled", "ada cancelled it."));
        await Eventually.TrueAsync(async () => await HeldAsync() == 0, Cancel);
    }

    [Fact]
    public async Task Machine_OfflineOrTooOld_IsSaidAtOnce()
    {
        var (nas, pi) = (await MachineAsync("nas"), await MachineAsync("pi"));
        nas.Put("a.txt", "a");
        var fleet = Service<FleetState>();
        fleet.Update(fleet.FindByName("pi")!, node => node with { TakesCopies = false });

        (await RefusedAsync("nas:a.txt", "pi:a.txt")).ShouldContain("too old");
        await StopAsync(nas);
        await Eventually.TrueAsync(() => !Service<NodeDirectory>().FindByName("nas")!.Online, Cancel);
        var offline = await Should.ThrowAsync<MusterException>(() => CopyAsync("nas:a.txt", "pi:a.txt"));

        (offline.Status, offline.Code).ShouldBe((409, "node_offline"));
        pi.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Copies_OfOneUser_AreFewAtOnce()
    {
        await SilentAsync("nas");
        for (var i = 0; i < 4; i++)
        {
            await Copies.StartAsync(Source("nas:a"), null, cancellationToken: Cancel);
        }

        var answer = await SendAsync(Ada, HttpMethod.Post, "copies", Body("nas:a", null));

        (answer.Status, answer.Code).ShouldBe((HttpStatusCode.TooManyRequests, "too_many_copies"));
    }

    [Fact]
    public async Task Request_Repeated_IsOneCopy()
    {
        await SilentAsync("nas");

        var first = await SendAsync(Ada, HttpMethod.Post, "copies", Body("nas:a", null), "once");
        var second = await SendAsync(Ada, HttpMethod.Post, "copies", Body("nas:a", null), "once");

        first.Status.ShouldBe(HttpStatusCode.Accepted);
        second.Body.GetProperty("id").GetString().ShouldBe(first.Body.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("""{}""", "from")]
    [InlineData("""{"from":{"node":"nas"}}""", "from.path")]
    [InlineData("""{"from":{"path":"a"}}""", "from.node")]
    [InlineData("""{"from":{"node":"nas","path":"a","sha256":"aa"}}""", "from")]
    [InlineData("""{"from":{"node":"nas","path":"docs/"}}""", "from.path")]
    [InlineData("""{"from":{"node":"nas","path":"a"},"to":{"node":"nas","path":""}}""", "to.path")]
    public async Task Request_ThatMakesNoSense_NamesTheField(string body, string field)
    {
        await SilentAsync("nas");

        var answer = await SendAsync(Ada, HttpMethod.Post, "copies", System.Text.Json.JsonDocument.Parse(body).RootElement);

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Body.GetProperty("errors")[0].GetProperty("field").GetString().ShouldBe(field);
    }

    [Fact]
    public async Task Artifact_OfAnother_CannotBeCopied()
    {
        await MachineAsync("nas");
        await App.ClaimAsync(Password);
        var bob = await JoinAsync("bob");
        await OkAsync(Ada, HttpMethod.Put, "nodes/nas/permissions", new { ask = new[] { "bob" } });
        var artifact = await Sdk.Artifacts.UploadAsync(new MemoryStream("ada's"u8.ToArray()), cancellationToken: Cancel);

        var answer = await SendAsync(bob.Client, HttpMethod.Post, "copies", new { from = new { sha256 = artifact.Sha256 }, to = new { node = "nas", path = "." } });

        answer.Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Bytes_OfACopy_AreForItsMachinesAlone()
    {
        var (nas, other) = (await SilentAsync("nas"), await SilentAsync("other"));
        await SilentAsync("pi");
        var copy = await Copies.StartAsync(Source("nas:a"), null, cancellationToken: Cancel);
        await Eventually.TrueAsync(async () => (await Copies.GetAsync(copy.Id, Cancel)).Step == "reading", Cancel);

        (await UploadAsync(other.Id, copy.Id)).ShouldBe(HttpStatusCode.NotFound);
        (await UploadAsync(nas.Id, copy.Id)).ShouldBe(HttpStatusCode.Created);
        await Copies.CancelAsync(copy.Id, Cancel);
        await Eventually.TrueAsync(async () => (await Copies.GetAsync(copy.Id, Cancel)).IsOver, Cancel);

        (await UploadAsync(nas.Id, copy.Id)).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Machine_ThatNamesWhatItDidNotBring_GetsNothingByIt()
    {
        var nas = await SilentAsync("nas");
        var secret = await Sdk.Artifacts.UploadAsync(new MemoryStream("another's"u8.ToArray()), cancellationToken: Cancel);
        var copy = await Copies.StartAsync(Source("nas:a"), null, cancellationToken: Cancel);
        await Eventually.TrueAsync(async () => (await Copies.GetAsync(copy.Id, Cancel)).Step == "reading", Cancel);

        nas.TrySend(new Muster.Protocol.Wire.Frame
        {
            CopyReport = new Muster.Protocol.Wire.CopyReport
            {
                CopyId = copy.Id, Step = "read", State = "done", Size = 9, Sha256 = Google.Protobuf.ByteString.CopyFrom(Convert.FromHexString(secret.Sha256)),
            },
        });

        await Eventually.TrueAsync(async () => (await Copies.GetAsync(copy.Id, Cancel)).IsOver, Cancel);
        (await Copies.GetAsync(copy.Id, Cancel)).Error.ShouldNotBeNull().ShouldContain("did not arrive");
    }

    [Fact]
    public async Task User_WhoLosesTheMachine_LosesTheCopy()
    {
        await SilentAsync("nas");
        await App.ClaimAsync(Password);
        var bob = await JoinAsync("bob");
        await OkAsync(Ada, HttpMethod.Put, "nodes/nas/permissions", new { ask = new[] { "bob" } });
        var id = (await OkAsync(bob.Client, HttpMethod.Post, "copies", Body("nas:a", null))).GetProperty("id").GetString();

        await OkAsync(Ada, HttpMethod.Put, "nodes/nas/permissions", new { ask = Array.Empty<string>() });

        await Eventually.TrueAsync(async () => (await OkAsync(bob.Client, HttpMethod.Get, "copies/" + id)).GetProperty("state").GetString() == "failed", Cancel);
    }

    [Fact]
    public async Task Copy_IsInTheRecord()
    {
        await SilentAsync("nas");

        var copy = await Copies.StartAsync(Source("nas:a"), null, cancellationToken: Cancel);

        var (subject, detail) = (await Database.ReadAsync(tx => tx.Query<(string, string)>("select subject, detail from audit where action = 'file.copy'"), Cancel)).Single();
        (subject, detail).ShouldBe(("nas:a to its user", copy.Id));
    }

    private async Task<HttpStatusCode> UploadAsync(string node, string copy)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/node/copies/{copy}/artifacts") { Content = new ByteArrayContent([1, 2, 3]) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Service<TransferTokens>().Issue(Id<Muster.Protocol.Ids.Node>.Parse(node)));
        using var answer = await App.Anonymous.SendAsync(request, Cancel);
        return answer.StatusCode;
    }
}
