using Muster.Hub.Artifacts;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Artifacts;

/// <summary>A hub whose artifacts lie on a disk of 8 MiB.</summary>
public sealed class FullDiskTests : SmallDiskTest
{
    protected override (string Folder, int Mebibytes) Small => (Folder, 8);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FullDisk_WhileBytesArrive_IsToldAndLeavesNothing(bool whole)
    {
        NeedDisk();
        await UploadAsync(Ada, Bytes(3_000_000));

        var refused = await ProblemAsync(whole
            ? await Ada.PostAsync("/api/v1/artifacts", new ByteArrayContent(Bytes(6_000_000, 2)), Cancel)
            : await PatchAsync(Ada, await BeginAsync(Ada, null), 0, true, Bytes(6_000_000, 2)));
        await UploadAsync(Ada, Bytes(4_000_000, 3));

        ((int)refused.Status, refused.Code).ShouldBe((507, "storage_full"));
        refused.Detail!.ShouldStartWith("The disk of the hub is full");
        StoredFiles().Length.ShouldBe(2);
    }

    [Fact]
    public async Task KeptFree_Space_StaysFree()
    {
        NeedDisk();
        await RestartAsync(options => options with { Artifacts = new ArtifactOptions { KeepFree = 5_000_000 } });

        var refused = await ProblemAsync(await Ada.PostAsync("/api/v1/artifacts", new ByteArrayContent(Bytes(4_000_000)), Cancel));

        refused.Detail!.ShouldContain("artifacts.keep_free");
        await UploadAsync(Ada, Bytes(1_000_000));
    }
}
