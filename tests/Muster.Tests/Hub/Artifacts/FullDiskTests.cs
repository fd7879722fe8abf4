using Muster.Hub;
using Muster.Hub.Artifacts;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Artifacts;

/// <summary>A hub whose artifacts lie on a disk of 8 MiB.</summary>
public sealed class FullDiskTests : ArtifactTest
{
    private SmallDisk? _disk;

    protected override HubOptions Configure(HubOptions options)
    {
        _disk ??= SmallDisk.Mount(Folder, 8);
        return base.Configure(options) with { Artifacts = new ArtifactOptions { KeepFree = 0 } };
    }

    public override async ValueTask DisposeAsync()
    {
        _disk?.Dispose();
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FullDisk_WhileBytesArrive_IsToldAndLeavesNothing(bool whole)
    {
        Assert.SkipWhen(_disk is null, "A small disk cannot be mounted here (needs root)");
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
        Assert.SkipWhen(_disk is null, "A small disk cannot be mounted here (needs root)");
        await RestartAsync(options => options with { Artifacts = new ArtifactOptions { KeepFree = 5_000_000 } });

        var refused = await ProblemAsync(await Ada.PostAsync("/api/v1/artifacts", new ByteArrayContent(Bytes(4_000_000)), Cancel));

        refused.Detail!.ShouldContain("artifacts.keep_free");
        await UploadAsync(Ada, Bytes(1_000_000));
    }
}
