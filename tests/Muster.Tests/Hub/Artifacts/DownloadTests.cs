using System.Net;
using System.Net.Http.Headers;
using Muster.Hub.Accounts;
using Muster.Hub.Artifacts;
using Muster.Protocol.Transfers;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Artifacts;

public sealed class DownloadTests : ArtifactTest
{
    [Fact]
    public async Task Ranges_OfAnArtifact_AreServed()
    {
        var content = Bytes(200_000);
        var (sha256, _) = await UploadAsync(Ada, content);

        using var middle = await GetAsync(Ada, sha256, headers => headers.Range = new RangeHeaderValue(1000, 1999));
        using var end = await GetAsync(Ada, sha256, headers => headers.Range = new RangeHeaderValue(null, 10));
        using var beyond = await GetAsync(Ada, sha256, headers => headers.Range = new RangeHeaderValue(200_000, null));
        using var other = await GetAsync(Ada, sha256, headers =>
        {
            headers.Range = new RangeHeaderValue(1000, 1999);
            headers.IfRange = new RangeConditionHeaderValue("\"other\"");
        });

        middle.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await middle.Content.ReadAsByteArrayAsync(Cancel)).ShouldBe(content[1000..2000]);
        middle.Content.Headers.ContentRange!.ToString().ShouldBe("bytes 1000-1999/200000");
        (await end.Content.ReadAsByteArrayAsync(Cancel)).ShouldBe(content[^10..]);
        beyond.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
        other.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Headers_OfAnArtifact_SayItsHashAndKeepBrowsersFromRunningIt()
    {
        var (sha256, size) = await UploadAsync(Ada, "<script>alert(1)</script>"u8.ToArray());

        using var head = await GetAsync(Ada, sha256, method: HttpMethod.Head);
        using var known = await GetAsync(Ada, sha256, headers => headers.IfNoneMatch.Add(new EntityTagHeaderValue($"\"{sha256}\"")));

        head.Headers.ETag!.Tag.ShouldBe($"\"{sha256}\"");
        head.Content.Headers.ContentLength.ShouldBe(size);
        head.Content.Headers.ContentType!.MediaType.ShouldBe("application/octet-stream");
        head.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        head.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        known.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task Foreign_Artifact_LooksAsOneThatIsNotThere()
    {
        var (bob, _) = await PersonAsync("bob");
        var (admin, _) = await PersonAsync("amy", Role.Admin);
        var (sha256, _) = await UploadAsync(Ada, Bytes(10));
        var nobody = HashOf(Bytes(11));

        foreach (var reader in new[] { bob, admin })
        {
            using var foreign = await GetAsync(reader, sha256);
            using var unknown = await GetAsync(reader, nobody);
            using var malformed = await GetAsync(reader, "x");
            foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            (await foreign.Content.ReadAsStringAsync(Cancel)).ShouldBe(await unknown.Content.ReadAsStringAsync(Cancel));
            (await foreign.Content.ReadAsStringAsync(Cancel)).ShouldBe(await malformed.Content.ReadAsStringAsync(Cancel));
            foreign.Headers.Select(header => header.Key).ShouldBe(unknown.Headers.Select(header => header.Key));
        }
    }

    [Fact]
    public async Task SameContent_OfTwoPeople_IsReadByBothAndToldToNeither()
    {
        var (bob, _) = await PersonAsync("bob");
        await UploadAsync(Ada, Bytes(1000));

        using var before = await GetAsync(bob, HashOf(Bytes(1000)));
        var (sha256, _) = await UploadAsync(bob, Bytes(1000));
        using var after = await GetAsync(bob, sha256);

        before.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        after.StatusCode.ShouldBe(HttpStatusCode.OK);
        StoredFiles().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task JobsArtifact_IsReadByTheJobsOwnerAndByAdmins()
    {
        var (bob, bobId) = await PersonAsync("bob");
        var (admin, _) = await PersonAsync("amy", Role.Admin);
        var (carl, _) = await PersonAsync("carl");
        var (sha256, _) = await UploadAsync(Ada, Bytes(10));
        await Database.WriteAsync(
            tx =>
            {
                JobRows.Insert(tx, 7, bobId);
                ArtifactReferences.Add(tx, ArtifactHolder.Of(7), [ContentHash.Parse(sha256)], 0);
            },
            Cancel);

        (await GetAsync(bob, sha256)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await GetAsync(admin, sha256)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await GetAsync(carl, sha256)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task File_ThatIsGoneOrCut_IsToldAndMendedByTheSameContent(bool gone)
    {
        var (sha256, _) = await UploadAsync(Ada, Bytes(1000));
        var file = Path.Combine(Folder, StoredFiles().Single());
        if (gone)
        {
            File.Delete(file);
        }
        else
        {
            await File.WriteAllBytesAsync(file, Bytes(999), Cancel);
        }

        var problem = await ProblemAsync(await GetAsync(Ada, sha256));
        await UploadAsync(Ada, Bytes(1000));
        using var mended = await GetAsync(Ada, sha256);

        (problem.Status, problem.Code).ShouldBe((HttpStatusCode.Gone, "artifact_damaged"));
        problem.Detail!.ShouldContain("Upload the same content again");
        (await mended.Content.ReadAsByteArrayAsync(Cancel)).ShouldBe(Bytes(1000));
        StoredFiles().ShouldHaveSingleItem();
    }
}
