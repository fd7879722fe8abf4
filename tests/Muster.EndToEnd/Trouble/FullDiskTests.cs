using Muster.Client;
using Muster.Testing;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Trouble;

public sealed class FullDiskTests
{
    [Fact]
    public async Task Hub_DiskIsFull_SaysSoLosesNothingAndGoesOn()
    {
        await using var household = await Household.WithModelAsync();
        household.Model.Responder = _ => ModelReply.Text("Understood.");
        using var disk = SmallDisk.Mount(household.Home, 24);
        Assert.SkipWhen(disk is null, "A small disk cannot be mounted here (needs root)");
        await household.UpAsync();
        var kept = await household.SayAsync("kept before");
        await household.ThreadAsync(kept);
        disk.Fill();

        var refused = await RefusedAsync(household, kept);
        refused.ShouldContain("is full: free some space");

        disk.Free();
        var after = await household.SayAsync("after there is room");
        (await household.ThreadAsync(after)).OfType<AgentEnd>().Single().Outcome.ShouldBe("completed");
        (await household.ThreadAsync(kept)).OfType<UserMessage>().First().Text.ShouldBe("kept before");
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
}
