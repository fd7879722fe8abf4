using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Artifacts;
using Muster.Hub.Jobs.Pool;
using Muster.Node.Artifacts;
using Muster.Node.Artifacts.Work;
using Muster.Protocol.Transfers;
using Muster.Protocol.Wire;
using Muster.Storage;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Artifacts;

public sealed class OutputTests
{
    private const string Secret = "what the task may not read";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Upload_CutInTheMiddle_GoesOnWhereItWas()
    {
        await using var bench = await AttemptBench.StartAsync(Cancel);
        var content = AttemptBench.Bytes(48 << 20);
        var (attempt, folder) = (await bench.HoldAsync(), bench.NewFolder());
        File.WriteAllBytes(Path.Combine(folder, "big.bin"), content);
        bench.Relay.CutAfter(40 << 20);

        var collected = await CollectAsync(bench, attempt, folder);

        (await BroughtAsync(bench, attempt)).ShouldBe([Hash(collected.Outputs[0])]);
        File.ReadAllBytes(bench.HubFileOf(content)).ShouldBe(content);
        bench.Relay.Passed.ShouldBeInRange(48 << 20, 80 << 20, "from the beginning again it would have been 88 MiB");
    }

    [Fact]
    public async Task Output_ThatGrowsMeanwhile_IsCutWhereItWas()
    {
        await using var bench = await AttemptBench.StartAsync(Cancel);
        var (attempt, folder) = (await bench.HoldAsync(), bench.NewFolder());
        var path = Path.Combine(folder, "growing.log");
        File.WriteAllBytes(path, new byte[1 << 20]);
        using var enough = new CancellationTokenSource();
        var growing = Task.Run(
            () =>
            {
                using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
                for (var block = new byte[4096]; !enough.IsCancellationRequested && file.Length < 1 << 30;)
                {
                    file.Write(block);
                }
            },
            Cancel);

        var collected = await CollectAsync(bench, attempt, folder);
        await enough.CancelAsync();
        await growing;

        var size = (long)collected.Outputs.ShouldHaveSingleItem().Size;
        size.ShouldBeInRange(1 << 20, new FileInfo(path).Length);
        (await BroughtAsync(bench, attempt)).ShouldBe([Hash(collected.Outputs[0])]);
        Hash(collected.Outputs[0]).ShouldBe(ContentHash.Of(SHA256.HashData(new byte[size])));
    }

    [Fact]
    public async Task Outputs_BeyondTheLimit_AreRefused()
    {
        await using var bench = await AttemptBench.StartAsync(Cancel);
        var (attempt, folder) = (await bench.HoldAsync(), bench.NewFolder());
        File.WriteAllBytes(Path.Combine(folder, "a"), new byte[700_000]);
        File.WriteAllBytes(Path.Combine(folder, "b"), new byte[700_000]);

        var refused = await Should.ThrowAsync<OutputException>(
            bench.Artifacts.Outputs.CollectAsync(attempt, folder, ["*"], new OutputLimits { MaxBytes = 1_000_000 }, Cancel));

        refused.Message.ShouldContain("1000000 bytes");
    }

    /// <summary>A file and a folder are again and again swapped for links to what lies outside.</summary>
    [Fact]
    public async Task Links_SwappedInMeanwhile_AreNotFollowed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere the folder is checked in another way");
        await using var bench = await AttemptBench.StartAsync(Cancel);
        var (attempt, folder, outside) = (await bench.HoldAsync(), bench.NewFolder(), bench.NewFolder());
        File.WriteAllText(Path.Combine(outside, "file"), Secret);
        Directory.CreateDirectory(Path.Combine(folder, "dir"));
        File.WriteAllText(Path.Combine(folder, "dir", "file"), "own");
        File.WriteAllText(Path.Combine(folder, "file"), "own");
        using var enough = new CancellationTokenSource();
        var swapping = Task.Run(() => Swap(folder, outside, enough.Token), Cancel);

        var found = new HashSet<ContentHash>();
        for (var round = 0; round < 200; round++)
        {
            found.UnionWith((await CollectAsync(bench, attempt, folder)).Outputs.Select(Hash));
        }

        await enough.CancelAsync();
        await swapping;
        found.ShouldBeSubsetOf([HashOf("own")]); // how often it was caught at home is chance
        (await CollectAsync(bench, attempt, folder)).Outputs.Select(Hash).ShouldContain(HashOf("own"));
        (await BroughtAsync(bench, attempt)).ShouldNotContain(HashOf(Secret));
    }

    [Fact]
    public async Task Links_AndPipes_AreLeftOutWithASentence()
    {
        await using var bench = await AttemptBench.StartAsync(Cancel);
        var (attempt, folder) = (await bench.HoldAsync(), bench.NewFolder());
        File.CreateSymbolicLink(Path.Combine(folder, "link"), "/etc/passwd");
        File.WriteAllText(Path.Combine(folder, "own"), "own");

        var collected = await CollectAsync(bench, attempt, folder);

        collected.Outputs.Select(output => output.Path).ShouldBe(["own"]);
        collected.Skipped.ShouldBe(["\"link\" is a link; it was left out."]);
    }

    private static void Swap(string folder, string outside, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            Directory.Move(Path.Combine(folder, "dir"), Path.Combine(folder, ".dir"));
            Directory.CreateSymbolicLink(Path.Combine(folder, "dir"), outside);
            File.Move(Path.Combine(folder, "file"), Path.Combine(folder, ".file"));
            File.CreateSymbolicLink(Path.Combine(folder, "file"), Path.Combine(outside, "file"));
            File.Delete(Path.Combine(folder, "dir"));
            Directory.Move(Path.Combine(folder, ".dir"), Path.Combine(folder, "dir"));
            File.Move(Path.Combine(folder, ".file"), Path.Combine(folder, "file"), overwrite: true);
        }
    }

    private static Task<CollectedOutputs> CollectAsync(AttemptBench bench, AttemptRef attempt, string folder) =>
        bench.Artifacts.Outputs.CollectAsync(attempt, folder, ["file", "dir/**", "*.bin", "*.log", "own", "link"], new OutputLimits(), Cancel);

    private static async Task<IReadOnlyList<ContentHash>> BroughtAsync(AttemptBench bench, AttemptRef attempt) =>
        [.. (await bench.Hub.Hub.Services.GetRequiredService<Database>().ReadAsync(
            tx => ArtifactReferences.Brought(tx, [new AttemptName((long)attempt.Job, (int)attempt.Task, (int)attempt.Attempt)]), Cancel)).Select(one => one.Hash)];

    private static ContentHash Hash(Output output) => ContentHash.Of(output.Sha256.Span);

    private static ContentHash HashOf(string text) => ContentHash.Of(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
