using Muster.Client;
using Muster.Protocol.Transfers;
using Muster.Testing;
using Muster.Tests.Hub.Artifacts;
using Shouldly;
using Xunit;

namespace Muster.Tests.Client.Artifacts;

/// <summary>The SDK against a real hub, over connections that break.</summary>
public sealed class TransferTests : ArtifactTest
{
    private readonly TemporaryFolder _files = new();

    private string this[string name] => Path.Combine(_files.Path, name);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _files.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 1)]
    [InlineData(20_000_000)]
    public async Task File_UpAndDown_IsTheSame(int size)
    {
        var content = Bytes(size);
        await File.WriteAllBytesAsync(this["in"], content, Cancel);
        var artifacts = Sdk().Artifacts;

        var info = await artifacts.UploadAsync(this["in"], cancellationToken: Cancel);
        var length = await artifacts.DownloadAsync(info.Sha256, this["out"], cancellationToken: Cancel);

        info.ShouldBe(new ArtifactInfo(HashOf(content), size));
        length.ShouldBe(size);
        (await File.ReadAllBytesAsync(this["out"], Cancel)).ShouldBe(content);
        Directory.GetFiles(_files.Path).Length.ShouldBe(2);
        (await artifacts.FindAsync(info.Sha256, Cancel)).ShouldBe(info);
        (await artifacts.FindAsync(HashOf(Bytes(3)), Cancel)).ShouldBeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upload_ConnectionsThatBreakAllTheTime_ArrivesWhole(bool seekable)
    {
        var content = Bytes(30_000_000);
        await using var relay = new TcpRelay(new Uri(App.Hub.Urls[0]).Port);
        var client = Sdk(url: $"http://127.0.0.1:{relay.Port}");
        relay.CutAfter(5_000_000);
        var sent = new Sent(at => relay.CutAfter(5_000_000));
        using var stream = new MemoryStream(content);

        var info = await client.Artifacts.UploadAsync(seekable ? stream : new OneWayStream(stream), sent, Cancel);

        info.Sha256.ShouldBe(HashOf(content));
        sent.Breaks.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Download_ConnectionsThatBreakAllTheTime_ArrivesWhole()
    {
        var content = Bytes(30_000_000);
        var info = await Sdk().Artifacts.UploadAsync(new MemoryStream(content), cancellationToken: Cancel);
        await using var relay = new TcpRelay(new Uri(App.Hub.Urls[0]).Port);
        var client = Sdk(url: $"http://127.0.0.1:{relay.Port}");
        relay.CutAfter(5_000_000);
        var seen = new Sent(_ => relay.CutAfter(5_000_000));
        using var target = new MemoryStream();

        await client.Artifacts.DownloadAsync(info.Sha256, target, seen, Cancel);

        target.ToArray().ShouldBe(content);
        seen.Breaks.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Download_PartOfAnEarlierProgram_IsNotFetchedAgain()
    {
        var content = Bytes(5_000_000);
        var artifacts = Sdk().Artifacts;
        var info = await artifacts.UploadAsync(new MemoryStream(content), cancellationToken: Cancel);
        await File.WriteAllBytesAsync(this["out.part"], content[..4_000_000], Cancel);
        var first = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);

        await artifacts.DownloadAsync(info.Sha256, this["out"], new Seen(at => first.TrySetResult(at)), Cancel);

        (await File.ReadAllBytesAsync(this["out"], Cancel)).ShouldBe(content);
        (await first.Task).ShouldBeGreaterThan(4_000_000);
    }

    [Fact]
    public async Task Download_PartThatIsSomethingElse_IsNoticedAndThrownAway()
    {
        var content = Bytes(5_000_000);
        var artifacts = Sdk().Artifacts;
        var info = await artifacts.UploadAsync(new MemoryStream(content), cancellationToken: Cancel);
        await File.WriteAllBytesAsync(this["out.part"], Bytes(1_000_000, seed: 9), Cancel);

        var failure = await Should.ThrowAsync<MusterException>(() => artifacts.DownloadAsync(info.Sha256, this["out"], cancellationToken: Cancel));
        await artifacts.DownloadAsync(info.Sha256, this["out"], cancellationToken: Cancel);

        failure.Code.ShouldBe("damaged");
        (await File.ReadAllBytesAsync(this["out"], Cancel)).ShouldBe(content);
    }

    [Fact]
    public async Task Download_ContentThatTheHubHasDamaged_IsNoticedByItsHash()
    {
        var artifacts = Sdk().Artifacts;
        var info = await artifacts.UploadAsync(new MemoryStream(Bytes(1000)), cancellationToken: Cancel);
        await File.WriteAllBytesAsync(Path.Combine(Folder, StoredFiles().Single()), Bytes(1000, seed: 2), Cancel);

        (await Should.ThrowAsync<MusterException>(() => artifacts.DownloadAsync(info.Sha256, Stream.Null, cancellationToken: Cancel))).Code.ShouldBe("damaged");
    }

    [Fact]
    public async Task Upload_HubThatRestartsMeanwhile_GoesOn()
    {
        var content = Bytes(20_000_000);
        await using var relay = new TcpRelay(new Uri(App.Hub.Urls[0]).Port);
        var client = Sdk(url: $"http://127.0.0.1:{relay.Port}");
        var half = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var resume = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var uploading = client.Artifacts.UploadAsync(new PausingStream(content, 12_000_000, half, resume.Task), cancellationToken: Cancel);
        await half.Task;
        await RestartAsync();
        relay.Cut();
        resume.SetResult();

        (await uploading).Sha256.ShouldBe(HashOf(content));
    }

    [Fact]
    public async Task Upload_HubThatStaysAway_FailsWithinItsPatience()
    {
        var port = new Uri(App.Hub.Urls[0]).Port;
        var relay = new TcpRelay(port);
        var client = Sdk(url: $"http://127.0.0.1:{relay.Port}", options: new MusterClientOptions { Patience = TimeSpan.FromSeconds(1) });
        var half = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var resume = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var uploading = client.Artifacts.UploadAsync(new PausingStream(Bytes(20_000_000), 12_000_000, half, resume.Task), cancellationToken: Cancel);
        await half.Task;
        await relay.DisposeAsync();
        resume.SetResult();

        (await Should.ThrowAsync<MusterException>(() => uploading)).Code.ShouldBe("unreachable");
    }

    [Fact]
    public async Task Upload_FileThatShrinksMeanwhile_IsToldAsSuch()
    {
        await File.WriteAllBytesAsync(this["in"], Bytes(10_000_000), Cancel);
        await using var file = new FileStream(this["in"], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var source = new ShrinkingStream(file);

        var failure = await Should.ThrowAsync<MusterException>(() => Sdk().Artifacts.UploadAsync(source, cancellationToken: Cancel));

        (failure.Code, failure.Message).ShouldBe(("unreadable", "It became shorter while it was sent."));
    }

    [Fact]
    public async Task Open_PartOfAnArtifact_IsThatPart()
    {
        var content = Bytes(100_000);
        var artifacts = Sdk().Artifacts;
        var info = await artifacts.UploadAsync(new MemoryStream(content), cancellationToken: Cancel);
        using var part = new MemoryStream();

        await using var stream = await artifacts.OpenAsync(info.Sha256, 500, 1000, Cancel);
        await stream.CopyToAsync(part, Cancel);

        part.ToArray().ShouldBe(content[500..1500]);
    }

    private sealed class Seen(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }

    /// <summary>Does something at each 8 MB: arms the relay again.</summary>
    private sealed class Sent(Action<long> arm) : IProgress<long>
    {
        private long _next = 8_000_000;

        public int Breaks { get; private set; }

        public void Report(long value)
        {
            if (value >= _next)
            {
                (_next, Breaks) = (value + 8_000_000, Breaks + 1);
                arm(value);
            }
        }
    }
}
