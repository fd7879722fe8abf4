using System.Security.Cryptography;
using Muster.Client;
using Muster.Client.Copies;
using Muster.Hub.Artifacts;
using Muster.Node.Policy;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Copies;

/// <summary>Files between real machines, through a real hub.</summary>
public sealed class CopyTests : CopyTest
{
    [Fact]
    public async Task Between_TwoMachines_KeepsContentNameAndPermissions()
    {
        var (nas, pi) = (await MachineAsync("nas"), await MachineAsync("pi"));
        var content = Bytes(5_000_001);
        nas.Put("tools/run.bin", content, (UnixFileMode)0b100_111_101_001);

        var copy = await CopyAsync("nas:tools/run.bin", "pi:in/new/");

        copy.To.ShouldBe("pi:in/new/run.bin");
        (copy.Bytes, copy.Total, copy.Sha256).ShouldBe((content.Length, content.Length, Convert.ToHexStringLower(SHA256.HashData(content))));
        File.ReadAllBytes(pi.PathOf("in/new/run.bin")).ShouldBe(content);
        File.GetUnixFileMode(pi.PathOf("in/new/run.bin")).ShouldBe((UnixFileMode)0b111_101_001);
        pi.Files.ShouldBe(["in/new/run.bin"]);
    }

    [Theory]
    [InlineData("pi:", 0)]
    [InlineData("pi:there.txt", 1)]
    [InlineData("nas:same.txt", 1)]
    public async Task Between_OneMachineOrNoName_IsWrittenWhereItWasMeant(string to, int bytes)
    {
        var (nas, pi) = (await MachineAsync("nas"), await MachineAsync("pi"));
        nas.Put("a.txt", new byte[bytes]);

        var copy = await CopyAsync("nas:a.txt", to.EndsWith(':') ? to + "." : to);

        new FileInfo((to.StartsWith("nas", StringComparison.Ordinal) ? nas : pi).PathOf(to.EndsWith(':') ? "a.txt" : to.Split(':')[1])).Length.ShouldBe(bytes);
        copy.Total.ShouldBe(bytes);
    }

    [Fact]
    public async Task Permissions_OfNobody_StayThose()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can read such a file.");
        var (nas, pi) = (await MachineAsync("nas"), await MachineAsync("pi"));
        nas.Put("locked.txt", "mine"u8.ToArray(), UnixFileMode.None);

        var copy = await CopyAsync("nas:locked.txt", "pi:locked.txt");

        copy.Mode.ShouldBe("000");
        File.GetUnixFileMode(pi.PathOf("locked.txt")).ShouldBe(UnixFileMode.None);
    }

    [Fact]
    public async Task Target_ThatIsThere_IsRefusedUnlessItMayBeReplaced()
    {
        var (nas, pi) = (await MachineAsync("nas"), await MachineAsync("pi"));
        nas.Put("a.txt", "new");
        pi.Put("docs/a.txt", "old");

        (await RefusedAsync("nas:a.txt", "pi:docs")).ShouldContain("\"docs/a.txt\" is there already");
        pi.Read("docs/a.txt").ShouldBe("old");

        await CopyAsync("nas:a.txt", "pi:docs", overwrite: true);
        pi.Read("docs/a.txt").ShouldBe("new");
        pi.Files.ShouldBe(["docs/a.txt"]);
    }

    [Fact]
    public async Task Place_ThatTheFileToolsDoNotReach_IsRefused()
    {
        var (nas, pi) = (await MachineAsync("nas"), await MachineAsync("pi"));
        nas.Put("a.txt", "a");
        nas.Put("docs/b.txt", "b");
        nas.Put(".ssh/id", "secret");
        pi.Put(".ssh/known", "secret");
        File.CreateSymbolicLink(nas.PathOf("link"), ".ssh/id");
        (string From, string To, string Sentence)[] cases =
        [
            ("nas:.ssh/id", "pi:id", "holds keys"),
            ("nas:link", "pi:id", "holds keys"),
            ("nas:/etc/hostname", "pi:id", "outside the working folder"),
            ("nas:../home/x", "pi:id", "outside the working folder"),
            ("nas:none.txt", "pi:id", "There is no"),
            ("nas:docs", "pi:id", "Pack it first"),
            ("nas:a.txt", "pi:.ssh/authorized_keys", "holds keys"),
            ("nas:a.txt", "pi:../out", "outside the working folder"),
            ("nas:a.txt", "pi:/tmp/out", "outside the working folder"),
        ];

        foreach (var (from, to, sentence) in cases)
        {
            (await RefusedAsync(from, to)).ShouldContain(sentence, customMessage: $"{from} {to}");
        }

        pi.Files.ShouldBe([".ssh/known"]);
        await Eventually.TrueAsync(async () => await HeldAsync() == 0, Cancel);
    }

    [Theory]
    [InlineData("file_read", PolicyAction.Deny, "forbids")]
    [InlineData("file_copy", PolicyAction.Deny, "forbids")]
    [InlineData("file_read", PolicyAction.Ask, "Nobody is there to ask")]
    public async Task Source_WhoseOwnerHasARule_GoesByIt(string tool, PolicyAction action, string sentence)
    {
        var (nas, pi) = (await MachineAsync("nas", null, new PolicyRule(tool, "*.env", action)), await MachineAsync("pi"));
        nas.Put("a.env", "secret");

        (await RefusedAsync("nas:a.env", "pi:a")).ShouldContain(sentence);

        pi.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Target_WhoseOwnerHasARule_IsHeldToTheNameThatTheFileWouldGet()
    {
        var (nas, pi) = (await MachineAsync("nas"), await MachineAsync("pi", null, new PolicyRule("file_write", "*.sh", PolicyAction.Deny)));
        nas.Put("a.sh", "boom");

        (await RefusedAsync("nas:a.sh", "pi:.")).ShouldContain("forbids file_write \"a.sh\"");

        pi.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Content_DamagedOnItsWay_IsRefused()
    {
        var pi = await MachineAsync("pi");
        var content = Bytes(300_000);
        var artifact = await Sdk.Artifacts.UploadAsync(new MemoryStream(content), cancellationToken: Cancel);
        var stored = Directory.EnumerateFiles(Path.Combine(Home, "artifacts"), "*", SearchOption.AllDirectories).Single(file => new FileInfo(file).Length == content.Length);
        content[150_000] ^= 1;
        await File.WriteAllBytesAsync(stored, content, Cancel);

        var failure = await Should.ThrowAsync<MusterException>(() => Copies.RunAsync(CopySource.Artifact(artifact.Sha256, "a.bin"), new CopyPlace("pi", "."), cancellationToken: Cancel));

        failure.Message.ShouldContain("damaged");
        pi.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Link_CutOnTheWay_TheCopyGoesOn()
    {
        await using var relay = new TcpRelay(new Uri(App.Hub.Urls[0]).Port);
        var (nas, pi) = (await MachineAsync("nas"), await MachineAsync("pi", relay));
        var content = Bytes(24 << 20);
        nas.Put("a.bin", content);
        relay.CutAfter(10 << 20);

        await CopyAsync("nas:a.bin", "pi:a.bin");

        File.ReadAllBytes(pi.PathOf("a.bin")).AsSpan().SequenceEqual(content).ShouldBeTrue();
        pi.Files.ShouldBe(["a.bin"]);
        relay.Passed.ShouldBeLessThan(40 << 20); // not all of it a second time
    }

    [Fact]
    public async Task Artifact_ToAMachine_HasTheNameAndPermissionsThatWereSaid()
    {
        var pi = await MachineAsync("pi");
        var artifact = await Sdk.Artifacts.UploadAsync(new MemoryStream("#!"u8.ToArray()), cancellationToken: Cancel);

        await Copies.RunAsync(CopySource.Artifact(artifact.Sha256, "go.sh", "750"), new CopyPlace("pi", "bin/"), cancellationToken: Cancel);

        pi.Read("bin/go.sh").ShouldBe("#!");
        File.GetUnixFileMode(pi.PathOf("bin/go.sh")).ShouldBe((UnixFileMode)0b111_101_000);
        (await Sdk.Artifacts.FindAsync(artifact.Sha256, Cancel)).ShouldNotBeNull(); // it stays what it was
    }

    [Fact]
    public async Task File_ToItsUser_IsAnArtifactOfTheirs()
    {
        var nas = await MachineAsync("nas");
        nas.Put("a.txt", "from nas");

        var copy = await Copies.RunAsync(Source("nas:a.txt"), null, cancellationToken: Cancel);

        using var content = new MemoryStream();
        await Sdk.Artifacts.DownloadAsync(copy.Sha256!, content, cancellationToken: Cancel);
        content.ToArray().ShouldBe("from nas"u8.ToArray());
        await Eventually.TrueAsync(async () => await HeldAsync() == 0, Cancel);
        await Service<ArtifactUpkeep>().TurnAsync(Cancel);
        (await Sdk.Artifacts.FindAsync(copy.Sha256!, Cancel)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Content_AfterTheCopy_IsKeptByNobody()
    {
        await MachineAsync("pi");
        (await MachineAsync("nas")).Put("a.txt", "passing");

        var copy = await CopyAsync("nas:a.txt", "pi:a.txt");

        await Eventually.TrueAsync(async () => await HeldAsync() == 0, Cancel);
        await Service<ArtifactUpkeep>().TurnAsync(Cancel);
        (await Sdk.Artifacts.FindAsync(copy.Sha256!, Cancel)).ShouldBeNull();
        Directory.EnumerateFiles(Path.Combine(Home, "artifacts"), "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }
}
