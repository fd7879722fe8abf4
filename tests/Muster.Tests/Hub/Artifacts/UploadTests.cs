using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Muster.Hub;
using Muster.Hub.Artifacts;
using Muster.Protocol.Transfers;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Artifacts;

public sealed class UploadTests : ArtifactTest
{
    protected override HubOptions Configure(HubOptions options) => base.Configure(options) with
    {
        Artifacts = new ArtifactOptions { MaxSize = 4_000_000, Quota = 10_000_000, KeepFree = 0, MaxOpenUploads = 3 },
    };

    [Fact]
    public async Task Whole_AnyContent_IsNamedByItsHashAndComesBack()
    {
        var content = Bytes(3_000_000);

        var info = await UploadAsync(Ada, content);

        info.ShouldBe(new ArtifactInfo(HashOf(content), content.Length));
        using var answer = await GetAsync(Ada, info.Sha256);
        (await answer.Content.ReadAsByteArrayAsync(Cancel)).ShouldBe(content);
        StoredFiles().ShouldHaveSingleItem().ShouldStartWith(info.Sha256[..2] + "/" + info.Sha256[2..]);
    }

    [Fact]
    public async Task Whole_EmptyOrTwice_IsOneFile()
    {
        (await UploadAsync(Ada, [])).Sha256.ShouldBe(HashOf([]));
        await UploadAsync(Ada, Bytes(1000));
        (await UploadAsync(Ada, Bytes(1000))).Size.ShouldBe(1000);

        StoredFiles().Length.ShouldBe(2);
    }

    [Fact]
    public async Task Parts_AfterABreak_GoOnFromWhereTheHubIs()
    {
        var content = Bytes(1_000_000);
        var upload = await BeginAsync(Ada, content.Length);
        using (var first = await PatchAsync(Ada, upload, 0, false, content[..400_000]))
        {
            first.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        using var head = await SendAsync(Ada, HttpMethod.Head, upload, null);
        head.Headers.GetValues("Upload-Offset").ShouldBe(["400000"]);
        head.Headers.GetValues("Upload-Complete").ShouldBe(["?0"]);
        head.Headers.GetValues("Upload-Length").ShouldBe(["1000000"]);
        (await ProblemAsync(await PatchAsync(Ada, upload, 300_000, true, content[300_000..]))).Code.ShouldBe("upload_offset");
        using var last = await PatchAsync(Ada, upload, 400_000, true, content[400_000..]);

        var info = await last.Content.ReadFromJsonAsync(TransferJson.Default.UploadInfo, Cancel);
        (info!.Complete, info.Sha256, info.Offset).ShouldBe((true, HashOf(content), 1_000_000));
        using var again = await SendAsync(Ada, HttpMethod.Get, upload, null);
        (await again.Content.ReadFromJsonAsync(TransferJson.Default.UploadInfo, Cancel))!.Sha256.ShouldBe(HashOf(content));
    }

    [Fact]
    public async Task Parts_AfterARestartOfTheHub_GoOn()
    {
        var content = Bytes(900_000);
        var upload = await BeginAsync(Ada, null);
        (await PatchAsync(Ada, upload, 0, false, content[..500_000])).Dispose();

        await RestartAsync();
        using var last = await PatchAsync(Ada, upload, 500_000, true, content[500_000..]);

        (await last.Content.ReadFromJsonAsync(TransferJson.Default.UploadInfo, Cancel))!.Sha256.ShouldBe(HashOf(content));
    }

    [Fact]
    public async Task Parts_ConnectionThatBreaks_KeepsWhatCame()
    {
        var content = Bytes(700_000);
        var upload = await BeginAsync(Ada, content.Length);
        var arriving = new FileInfo(Path.Combine(Folder, "uploads", upload[^30..]));
        bool Arrived()
        {
            arriving.Refresh();
            return arriving.Length >= 256 * 1024;
        }

        await Should.ThrowAsync<HttpRequestException>(() => SendAsync(
            Ada, HttpMethod.Patch, upload, new BrokenContent(content, 300_000, Arrived), ("Upload-Offset", "0"), ("Upload-Complete", "?1")));

        using var head = await SendAsync(Ada, HttpMethod.Head, upload, null);
        long.Parse(head.Headers.GetValues("Upload-Offset").Single()).ShouldBeInRange(256 * 1024, 300_000);
    }

    [Fact]
    public async Task Parts_SenderThatComesAgain_TakesTheUploadFromADeadConnection()
    {
        var content = Bytes(500_000);
        var upload = await BeginAsync(Ada, content.Length);
        using var hanging = new HangingContent(content[..100_000]);
        var first = SendAsync(Ada, HttpMethod.Patch, upload, hanging, ("Upload-Offset", "0"), ("Upload-Complete", "?1"));
        await hanging.Sent.Task;
        string? sha256 = null;
        await Muster.Testing.Eventually.TrueAsync(
            async () =>
            {
                // What the first sender still had on its way may arrive after the offset was told: then it is asked again.
                using var head = await SendAsync(Ada, HttpMethod.Head, upload, null);
                var offset = long.Parse(head.Headers.GetValues("Upload-Offset").Single());
                using var last = await PatchAsync(Ada, upload, offset, true, content[(int)offset..]);
                sha256 = last.IsSuccessStatusCode ? (await last.Content.ReadFromJsonAsync(TransferJson.Default.UploadInfo, Cancel))!.Sha256 : null;
                return sha256 is not null;
            },
            Cancel);
        sha256.ShouldBe(HashOf(content));
        first.IsCompletedSuccessfully.ShouldBeFalse();
        await hanging.Break.CancelAsync();
        await Should.ThrowAsync<Exception>(() => first);
    }

    [Fact]
    public async Task Cancelled_Upload_IsGone()
    {
        var upload = await BeginAsync(Ada, 10);
        (await PatchAsync(Ada, upload, 0, false, Bytes(5))).Dispose();

        using var deleted = await SendAsync(Ada, HttpMethod.Delete, upload, null);

        deleted.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ProblemAsync(await PatchAsync(Ada, upload, 5, true, Bytes(5)))).Status.ShouldBe(HttpStatusCode.NotFound);
        StoredFiles().ShouldBeEmpty();
    }

    [Fact]
    public async Task Upload_OfAnotherPerson_IsNotThere()
    {
        var (bob, _) = await PersonAsync("bob");
        var upload = await BeginAsync(Ada, 10);

        (await ProblemAsync(await PatchAsync(bob, upload, 0, true, Bytes(10)))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await ProblemAsync(await SendAsync(bob, HttpMethod.Delete, upload, null))).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task TooLarge_AnnouncedOrNot_IsRefusedAndLeavesNothing()
    {
        (await ProblemAsync(await Ada.PostAsync("/api/v1/artifacts", new ByteArrayContent(Bytes(4_000_001)), Cancel))).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await ProblemAsync(await SendAsync(Ada, HttpMethod.Post, "/api/v1/artifacts", null, ("Upload-Complete", "?0"), ("Upload-Length", "4000001"))))
            .ShouldSatisfyAllConditions(problem => problem.Code.ShouldBe("too_large"), problem => problem.Detail!.ShouldContain("artifacts.max_size"));
        var upload = await BeginAsync(Ada, null);
        (await PatchAsync(Ada, upload, 0, false, Bytes(3_000_000))).Dispose();

        (await ProblemAsync(await PatchAsync(Ada, upload, 3_000_000, false, Bytes(1_000_001)))).Code.ShouldBe("too_large");

        StoredFiles().ShouldBeEmpty();
    }

    [Fact]
    public async Task Length_ThatIsWrong_IsRefused()
    {
        var more = await BeginAsync(Ada, 10);
        (await ProblemAsync(await PatchAsync(Ada, more, 0, true, Bytes(11)))).Code.ShouldBe("invalid");
        var fewer = await BeginAsync(Ada, 10);
        (await ProblemAsync(await PatchAsync(Ada, fewer, 0, true, Bytes(9)))).Code.ShouldBe("invalid");

        StoredFiles().ShouldBeEmpty();
    }

    [Fact]
    public async Task Quota_ThatIsUsedUp_IsToldAndFreedAgain()
    {
        for (var seed = 1; seed <= 3; seed++)
        {
            await UploadAsync(Ada, Bytes(3_000_000, seed));
        }

        var refused = await ProblemAsync(await Ada.PostAsync("/api/v1/artifacts", new ByteArrayContent(Bytes(2_000_000, 4)), Cancel));
        var upload = await BeginAsync(Ada, null);
        var inParts = await ProblemAsync(await PatchAsync(Ada, upload, 0, false, Bytes(2_000_000, 4)));
        await UploadAsync(Ada, Bytes(1_000_000, 5));

        refused.ShouldSatisfyAllConditions(
            problem => ((int)problem.Status).ShouldBe(507), problem => problem.Code.ShouldBe("storage_full"), problem => problem.Detail!.ShouldContain("artifacts.quota"));
        inParts.Code.ShouldBe("storage_full");
        StoredFiles().Length.ShouldBe(4);
    }

    [Fact]
    public async Task Quota_SameContentAgain_TakesNoMore()
    {
        for (var round = 0; round < 10; round++)
        {
            await UploadAsync(Ada, Bytes(4_000_000));
        }

        await UploadAsync(Ada, Bytes(4_000_000, seed: 2));
    }

    [Fact]
    public async Task OpenUploads_MoreThanAllowed_AreRefused()
    {
        for (var count = 0; count < 3; count++)
        {
            await BeginAsync(Ada, 10);
        }

        using var refused = await SendAsync(Ada, HttpMethod.Post, "/api/v1/artifacts", null, ("Upload-Complete", "?0"));
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Upload_WithoutARightToIt_IsRefused()
    {
        var (guest, _) = await PersonAsync("gus", Muster.Hub.Accounts.Role.Guest);

        (await ProblemAsync(await guest.PostAsync("/api/v1/artifacts", new ByteArrayContent(Bytes(1)), Cancel))).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await ProblemAsync(await App.Anonymous.PostAsync("/api/v1/artifacts", new ByteArrayContent(Bytes(1)), Cancel))).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task OtherRoutes_LargeBodies_AreStillRefused()
    {
        using var answer = await Ada.PostAsync("/api/v1/conversations", JsonContent.Create(new { title = new string('x', 3_000_000) }), Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("Upload-Offset", "-1")]
    [InlineData("Upload-Offset", "a")]
    [InlineData("Upload-Complete", "1")]
    public async Task Headers_ThatMakeNoSense_AreNamed(string header, string value)
    {
        var upload = await BeginAsync(Ada, 10);
        (string, string?)[] headers = [("Upload-Offset", header == "Upload-Offset" ? value : "0"), ("Upload-Complete", header == "Upload-Complete" ? value : "?1")];

        using var answer = await SendAsync(Ada, HttpMethod.Patch, upload, new ByteArrayContent(Bytes(10)), headers);

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("errors")[0].GetProperty("field").GetString().ShouldBe(header);
    }

    /// <summary>Announces all of it and breaks the connection in the middle.</summary>
    private sealed class BrokenContent(byte[] content, int after, Func<bool> arrived) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(content.AsMemory(0, after));
            await stream.FlushAsync();
            await Testing.Eventually.TrueAsync(arrived, Cancel);
            throw new IOException("cut");
        }

        protected override bool TryComputeLength(out long length) => (length = content.Length) >= 0;
    }

    /// <summary>Sends something, and then nothing more for as long as the test runs.</summary>
    private sealed class HangingContent(byte[] content) : HttpContent
    {
        public CancellationTokenSource Break { get; } = new();

        public TaskCompletionSource Sent { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(content, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            Sent.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, Break.Token);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
