using Muster.Tests.Hub.Copies;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Copies;

/// <summary><c>muster cp</c> between this machine and one of the hub.</summary>
public sealed class CopyCommandTests : CopyTest
{
    private readonly Cockpit _cockpit = new();

    private string Here => _cockpit.Surroundings.Directory;

    public override async ValueTask DisposeAsync()
    {
        _cockpit.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task File_ThereAndBack_IsTheSame()
    {
        var nas = await MachineAsync("nas");
        _cockpit.SignIn(App);
        var content = Bytes(3_000_000);
        await File.WriteAllBytesAsync(Path.Combine(Here, "a.bin"), content, Cancel);
        File.SetUnixFileMode(Path.Combine(Here, "a.bin"), (UnixFileMode)0b111_100_000);

        (await RunAsync("a.bin", "NAS:in/")).ShouldBe(0, _cockpit.Error.ToString());
        (await RunAsync("nas:in/a.bin", "back.bin")).ShouldBe(0, _cockpit.Error.ToString());

        File.ReadAllBytes(nas.PathOf("in/a.bin")).AsSpan().SequenceEqual(content).ShouldBeTrue();
        File.ReadAllBytes(Path.Combine(Here, "back.bin")).AsSpan().SequenceEqual(content).ShouldBeTrue();
        File.GetUnixFileMode(Path.Combine(Here, "back.bin")).ShouldBe((UnixFileMode)0b111_100_000);
        Directory.GetFiles(Here).Select(Path.GetFileName).Order().ShouldBe(["a.bin", "back.bin"]);
        (_cockpit.Out.ToString(), _cockpit.Error.ToString()).ShouldBe(("", "")); // quiet in a pipe
    }

    [Fact]
    public async Task Target_ThatIsThere_IsLeftAloneWithoutForce()
    {
        var nas = await MachineAsync("nas");
        _cockpit.SignIn(App);
        nas.Put("a.txt", "theirs");
        await File.WriteAllTextAsync(Path.Combine(Here, "a.txt"), "ours", Cancel);

        (await RunAsync("nas:a.txt", ".")).ShouldBe(1);
        (await RunAsync("a.txt", "nas:.")).ShouldBe(1);
        _cockpit.Error.ToString().ShouldContain("a.txt is there already");
        _cockpit.Error.ToString().ShouldContain("\"./a.txt\" is there already");
        (await File.ReadAllTextAsync(Path.Combine(Here, "a.txt"), Cancel), nas.Read("a.txt")).ShouldBe(("ours", "theirs"));

        (await RunAsync("nas:a.txt", ".", "--force")).ShouldBe(0);
        (await File.ReadAllTextAsync(Path.Combine(Here, "a.txt"), Cancel)).ShouldBe("theirs");
    }

    [Fact]
    public async Task File_ThatClaimsToBeEmpty_IsCopiedWithAllThatIsInIt()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Such files are Linux's.");
        var nas = await MachineAsync("nas");
        _cockpit.SignIn(App);

        (await RunAsync("/proc/version", "nas:version")).ShouldBe(0, _cockpit.Error.ToString());

        nas.Read("version").ShouldBe(await File.ReadAllTextAsync("/proc/version", Cancel));
    }

    [Fact]
    public async Task Target_ThatIsAPipeOrALink_IsNotReplaced()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pipes are told from files on Linux.");
        var nas = await MachineAsync("nas");
        _cockpit.SignIn(App);
        nas.Put("a.txt", "theirs");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(Here, "pipe")]))
        {
            await made.WaitForExitAsync(Cancel);
        }

        await File.WriteAllTextAsync(Path.Combine(Here, "real.txt"), "ours", Cancel);
        File.CreateSymbolicLink(Path.Combine(Here, "link.txt"), Path.Combine(Here, "real.txt"));

        (await RunAsync("nas:a.txt", "pipe", "--force")).ShouldBe(1);
        _cockpit.Error.ToString().ShouldContain("is a device or a pipe");
        (await RunAsync("nas:a.txt", "link.txt", "--force")).ShouldBe(0, _cockpit.Error.ToString());
        new FileInfo(Path.Combine(Here, "link.txt")).LinkTarget.ShouldNotBeNull();
        (await File.ReadAllTextAsync(Path.Combine(Here, "real.txt"), Cancel)).ShouldBe("theirs");
    }

    [Fact]
    public async Task Words_ThatMakeNoSense_AreAnsweredBeforeAnythingMoves()
    {
        await MachineAsync("nas");
        _cockpit.SignIn(App);
        Directory.CreateDirectory(Path.Combine(Here, "docs"));
        await File.WriteAllTextAsync(Path.Combine(Here, "oven:a"), "a colon", Cancel);

        (await RunAsync("a", "b")).ShouldBe(2);
        (await RunAsync("oven:a", "nas:a")).ShouldBe(5);
        (await RunAsync("docs", "nas:a")).ShouldBe(2);
        (await RunAsync("none", "nas:a")).ShouldBe(5);
        (await RunAsync("nas:docs/", ".")).ShouldBe(2);
        (await RunAsync("nas:a", "none/")).ShouldBe(5);
        (await RunAsync("./oven:a", "nas:a")).ShouldBe(0, _cockpit.Error.ToString());

        _cockpit.Error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
        [
            "muster: Both are files of this machine, for which the system has cp. Name a machine: NODE:PATH",
            "muster: There is no machine oven: you have nas. A file of this machine with that name is ./oven:a",
            "muster: docs is a folder. Pack it first (tar czf folder.tgz folder), and copy that.",
            "muster: There is no none here.",
            "muster: docs/ is a folder. Pack it there first (tar czf folder.tgz folder), and copy that.",
            $"muster: There is no folder {Path.Combine(Here, "none")} here.",
        ]);
    }

    [Fact]
    public async Task Copy_AsJson_IsOneObject()
    {
        var nas = await MachineAsync("nas");
        _cockpit.SignIn(App);
        nas.Put("a.txt", "a");

        (await RunAsync("nas:a.txt", "nas:b.txt", "--json")).ShouldBe(0, _cockpit.Error.ToString());

        using var copy = System.Text.Json.JsonDocument.Parse(_cockpit.Out.ToString());
        (copy.RootElement.GetProperty("state").GetString(), copy.RootElement.GetProperty("to").GetString()).ShouldBe(("succeeded", "nas:b.txt"));
    }

    private Task<int> RunAsync(params string[] arguments) => _cockpit.RunAsync(["cp", .. arguments]);
}
