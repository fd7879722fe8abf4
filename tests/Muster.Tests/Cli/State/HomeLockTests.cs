using System.Diagnostics;
using Muster.Cli.State;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.State;

/// <summary>The other process is flock(1), which takes the same lock of the system.</summary>
public sealed class HomeLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private Home Home => new(Path.Combine(_folder.Path, "home"));

    [Fact]
    public async Task TryTake_WhileHeldHere_OtherProcessIsRefused()
    {
        using (HomeLock.TryTake(Home).ShouldNotBeNull())
        {
            (await FlockAsync("-n", Home.LockFile, "true")).ShouldBe(1);
            HomeLock.IsHeld(Home).ShouldBeTrue();
            HomeLock.TryTake(Home).ShouldBeNull();
        }

        HomeLock.IsHeld(Home).ShouldBeFalse();
        (await FlockAsync("-n", Home.LockFile, "true")).ShouldBe(0);
    }

    [Fact]
    public async Task TryTake_HolderWasKilled_IsFreeAgain()
    {
        Home.Create();
        using var holder = Process.Start(new ProcessStartInfo("flock", ["--close", Home.LockFile, "sh", "-c", "echo held; exec sleep 60"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        (await holder.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe("held");
        HomeLock.TryTake(Home).ShouldBeNull();
        new HubFile("http://127.0.0.1:1", holder.Id, false, DateTimeOffset.UnixEpoch, "0").Write(Home);
        HubFile.Live(Home).ShouldNotBeNull();

        holder.Kill(entireProcessTree: true);
        await holder.WaitForExitAsync(TestContext.Current.CancellationToken);

        HubFile.Live(Home).ShouldBeNull();
        using var taken = HomeLock.TryTake(Home);
        taken.ShouldNotBeNull();
    }

    [Fact]
    public void Create_NewHome_IsForItsOwnerAlone()
    {
        Home.Create();
        Home.Write(Home.Credentials, "{}");

        File.GetUnixFileMode(Home.Credentials).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Home.ReadableByOthers().ShouldBeEmpty();
        File.SetUnixFileMode(Home.Credentials, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Home.ReadableByOthers().ShouldBe([Home.Credentials]);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<int> FlockAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("flock", arguments) { UseShellExecute = false })!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }
}
