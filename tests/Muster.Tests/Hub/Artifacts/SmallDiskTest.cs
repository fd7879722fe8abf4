using Muster.Hub;
using Muster.Hub.Artifacts;
using Muster.Testing;
using Muster.Testing.Hub;
using Xunit;

namespace Muster.Tests.Hub.Artifacts;

/// <summary>A hub of which a folder lies on a small disk. Needs root.</summary>
public abstract class SmallDiskTest : ArtifactTest
{
    private SmallDisk? _disk;

    /// <summary>What of the home is on the disk, and how many MiB that has.</summary>
    protected abstract (string Folder, int Mebibytes) Small { get; }

    protected override HubEngine? Engine => HubEngine.Sqlite;

    /// <summary>Skips the test where there is none.</summary>
    protected SmallDisk NeedDisk()
    {
        Assert.SkipWhen(_disk is null, "A small disk cannot be mounted here (needs root)");
        return _disk;
    }

    protected override HubOptions Configure(HubOptions options)
    {
        _disk ??= SmallDisk.Mount(Small.Folder, Small.Mebibytes);
        return base.Configure(options) with { Artifacts = new ArtifactOptions { KeepFree = 0 } };
    }

    public override async ValueTask DisposeAsync()
    {
        _disk?.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
