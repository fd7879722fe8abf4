using System.Diagnostics;
using Muster.Client;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Trouble;

public sealed class FullDiskTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hub_DiskIsFull_SaysSoLosesNothingAndGoesOn()
    {
        await using var household = await Household.WithModelAsync();
        household.Model.Responder = _ => ModelReply.Text("Understood.");
        Assert.SkipUnless(await RunAsync("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", household.Home), "Mounting a small disk needs root.");
        try
        {
            await household.UpAsync();
            var kept = await household.SayAsync("kept before");
            await household.ThreadAsync(kept);
            var filler = Path.Combine(household.Home, "filler");
            await FillAsync(filler);

            var refused = await RefusedAsync(household, kept);
            refused.ShouldContain("is full: free some space");

            File.Delete(filler);
            var after = await household.SayAsync("after there is room");
            (await household.ThreadAsync(after)).OfType<AgentEnd>().Single().Outcome.ShouldBe("completed");
            (await household.ThreadAsync(kept)).OfType<UserMessage>().First().Text.ShouldBe("kept before");
        }
        finally
        {
            await RunAsync("umount", "-l", household.Home);
        }
    }

    /// <summary>The log has some pages to spare, so the full disk may show only after a few messages.</summary>
    private static async Task<string> RefusedAsync(Household household, string conversation)
    {
        for (var i = 0; i < 200; i++)
        {
            try
            {
                await household.SayAsync(conversation, new string('x', 50_000));
            }
            catch (MusterException refused)
            {
                return refused.Message;
            }
        }

        throw new InvalidOperationException("The disk never was full.");
    }

    private static async Task FillAsync(string path)
    {
        await using var file = File.Create(path);
        try
        {
            while (true)
            {
                await file.WriteAsync(new byte[4096], Cancel);
                await file.FlushAsync(Cancel);
            }
        }
        catch (IOException)
        {
            // Full: that is what it is for.
        }
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false });
        await process!.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode == 0;
    }
}
