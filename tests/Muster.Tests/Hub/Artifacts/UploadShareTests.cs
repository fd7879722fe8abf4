using System.Net;
using Muster.Hub;
using Muster.Hub.Artifacts;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Artifacts;

/// <summary>Each user who is no admin has 3 MB.</summary>
public sealed class UploadShareTests : ArtifactTest
{
    protected override HubOptions Configure(HubOptions options) => base.Configure(options) with { Artifacts = new ArtifactOptions { UserQuota = 3_000_000, KeepFree = 0 } };

    [Fact]
    public async Task Member_WithNoRoomLeft_UploadsNothingMoreAndTheOwnerDoes()
    {
        using var bob = await App.MemberAsync("bob", Cancel);
        await UploadAsync(bob, Bytes(2_000_000));

        var refused = await ProblemAsync(await bob.PostAsync("/api/v1/artifacts", new ByteArrayContent(Bytes(1_500_000, 2)), Cancel));
        ((int)refused.Status, refused.Code).ShouldBe((507, "share_used"));
        refused.Detail!.ShouldContain("1.9 MiB of the 2.9 MiB that each user has here (artifacts.user_quota)");
        StoredFiles().ShouldHaveSingleItem();

        await UploadAsync(bob, Bytes(900_000, 3));
        await UploadAsync(Ada, Bytes(5_000_000, 4));
    }

    [Fact]
    public async Task Member_WhoSendsMuchAtOnce_GetsNoMoreThanTheirShare()
    {
        using var bob = await App.MemberAsync("bob", Cancel);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async number =>
        {
            using var content = new StreamContent(new MemoryStream(Bytes(1_000_000, number)));
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/artifacts") { Content = content };
            request.Headers.TransferEncodingChunked = true;
            using var answer = await bob.SendAsync(request, Cancel);
            return answer.StatusCode;
        }));

        answers.Count(status => status == HttpStatusCode.Created).ShouldBeLessThanOrEqualTo(3);
        answers.ShouldAllBe(status => status == HttpStatusCode.Created || status == HttpStatusCode.InsufficientStorage);
        StoredFiles().Sum(file => new FileInfo(Path.Combine(Folder, file)).Length).ShouldBeLessThanOrEqualTo(3_000_000);
    }
}
