using Muster.Node.Artifacts;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Artifacts;

public sealed class InputTests
{
    private const long Plenty = 1L << 40;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Download_CutInTheMiddle_GoesOnWhereItWas()
    {
        await using var bench = await AttemptBench.StartAsync(Cancel);
        var content = AttemptBench.Bytes(48 << 20);
        var (attempt, folder) = (await bench.HoldAsync(("big.bin", content)), bench.NewFolder());
        bench.Relay.CutAfter(40 << 20);

        await using var fetched = await bench.Artifacts.Inputs.FetchAsync(attempt, folder, Plenty, Cancel);

        File.ReadAllBytes(Path.Combine(folder, "big.bin")).ShouldBe(content);
        bench.Relay.Passed.ShouldBeInRange(48 << 20, 80 << 20, "from the beginning again it would have been 88 MiB");
    }

    [Fact]
    public async Task Inputs_SharedByTwoAttempts_ComeOnce()
    {
        await using var bench = await AttemptBench.StartAsync(Cancel);
        var content = AttemptBench.Bytes(1 << 20);
        var (one, other) = (await bench.HoldAsync(("a/one.bin", content)), await bench.HoldAsync(("other.bin", content)));
        var folder = bench.NewFolder();

        await using var first = await bench.Artifacts.Inputs.FetchAsync(one, bench.NewFolder(), Plenty, Cancel);
        await using var second = await bench.Artifacts.Inputs.FetchAsync(other, folder, Plenty, Cancel);

        (first.BytesIn, second.BytesIn).ShouldBe((content.Length, 0));
        File.ReadAllBytes(Path.Combine(folder, "other.bin")).ShouldBe(content);
    }

    [Fact]
    public async Task Inputs_BeyondTheDisk_AreNotFetched()
    {
        await using var bench = await AttemptBench.StartAsync(Cancel);
        var attempt = await bench.HoldAsync(("a", AttemptBench.Bytes(600_000)), ("b", AttemptBench.Bytes(600_000, seed: 2)));
        var folder = bench.NewFolder();

        var refused = await Should.ThrowAsync<TransferException>(bench.Artifacts.Inputs.FetchAsync(attempt, folder, 1_000_000, Cancel));

        refused.Code.ShouldBe("too_large");
        refused.Message.ShouldContain("needs.disk");
        Directory.EnumerateFileSystemEntries(folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task Artifact_DamagedAtTheHub_IsNeverGivenToATask()
    {
        await using var bench = await AttemptBench.StartAsync(Cancel);
        var content = AttemptBench.Bytes(300_000);
        var attempt = await bench.HoldAsync(("in.bin", content));
        var file = bench.HubFileOf(content);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Flip(file);

        var failure = await Should.ThrowAsync<TransferException>(bench.Artifacts.Inputs.FetchAsync(attempt, bench.NewFolder(), Plenty, Cancel));

        failure.Code.ShouldBe("damaged");
        bench.Artifacts.Cache.Hashes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Artifact_GoneAtTheHub_IsSaidToBe()
    {
        await using var bench = await AttemptBench.StartAsync(Cancel);
        var content = AttemptBench.Bytes(300_000);
        var attempt = await bench.HoldAsync(("in.bin", content));
        File.Delete(bench.HubFileOf(content));

        var failure = await Should.ThrowAsync<TransferException>(bench.Artifacts.Inputs.FetchAsync(attempt, bench.NewFolder(), Plenty, Cancel));

        failure.Code.ShouldBe("artifact_damaged");
        failure.Message.ShouldContain("Upload the same content again");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CachedCopy_DamagedOrGone_IsFetchedAgain(bool gone)
    {
        await using var bench = await AttemptBench.StartAsync(Cancel);
        var content = AttemptBench.Bytes(300_000);
        var (attempt, folder) = (await bench.HoldAsync(("in.bin", content)), bench.NewFolder());
        await (await bench.Artifacts.Inputs.FetchAsync(attempt, bench.NewFolder(), Plenty, Cancel)).DisposeAsync();
        if (gone)
        {
            File.Delete(bench.CachedFileOf(content));
        }
        else
        {
            Flip(bench.CachedFileOf(content));
        }

        await using var fetched = await bench.Artifacts.Inputs.FetchAsync(attempt, folder, Plenty, Cancel);

        fetched.BytesIn.ShouldBe(content.Length);
        File.ReadAllBytes(Path.Combine(folder, "in.bin")).ShouldBe(content);
    }

    [Fact]
    public async Task Quota_Exceeded_SendsTheLeastRecentlyUsedAwayAndNothingThatIsInUse()
    {
        await using var bench = await AttemptBench.StartAsync(Cancel, quota: 3_500_000);
        var contents = Enumerable.Range(0, 5).Select(seed => AttemptBench.Bytes(1_000_000, seed)).ToList();
        await using var inUse = await FetchAsync(0);
        await (await FetchAsync(1)).DisposeAsync();
        await (await FetchAsync(2)).DisposeAsync();
        await (await FetchAsync(1)).DisposeAsync(); // so that 2 is the oldest
        await (await FetchAsync(3)).DisposeAsync();

        Enumerable.Range(0, 4).Select(index => File.Exists(bench.CachedFileOf(contents[index]))).ShouldBe([true, true, false, true]);
        bench.Artifacts.Cache.Used.ShouldBe(3_000_000);
        bench.Artifacts.Cache.Hashes.Count.ShouldBe(3);

        async Task<FetchedInputs> FetchAsync(int index) =>
            await bench.Artifacts.Inputs.FetchAsync(await bench.HoldAsync(("in", contents[index])), bench.NewFolder(), Plenty, Cancel);
    }

    private static void Flip(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Position = stream.Length / 2;
        var old = stream.ReadByte();
        stream.Position--;
        stream.WriteByte((byte)~old);
    }
}
