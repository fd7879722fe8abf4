using Muster.Client;
using Muster.Testing;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Crashes;

/// <summary>A request to many machines, of which some or the hub itself go away.</summary>
public sealed class ManyMachinesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HubKilled_WhileTheyWork_AnswersOnce_AndNothingRanTwice()
    {
        await using var household = Household.WithoutModel();
        var hub = await household.HubAsync();
        var port = household.Port;
        await household.NodeAsync("nas");
        await household.NodeAsync("pi");
        await household.OnlineAsync(2);
        var conversation = await household.SayAsync("@all $ echo ran >> runs.txt; until [ -e go ]; do sleep 0.05; done; echo all done");
        await BothWorkAsync(household);

        await hub.KillAsync();
        await File.WriteAllTextAsync(In(household, "nas", "go"), "", Cancel);
        await File.WriteAllTextAsync(In(household, "pi", "go"), "", Cancel);
        await household.HubAsync(port);

        var events = await household.ThreadAsync(conversation);
        events.OfType<MessageEnd>().ShouldHaveSingleItem().Message.Text.ShouldContain("**nas, pi** (verified)");
        events.OfType<AgentEnd>().ShouldHaveSingleItem().Outcome.ShouldBe("completed");
        foreach (var node in new[] { "nas", "pi" })
        {
            (await File.ReadAllTextAsync(In(household, node, "runs.txt"), Cancel)).ShouldBe("ran\n");
        }
    }

    [Fact]
    public async Task NodeKilled_WhileItWorks_IsNamed_AndTheOthersAnswer()
    {
        await using var household = Household.WithoutModel();
        await household.HubAsync();
        await household.NodeAsync("nas");
        var pi = await household.NodeAsync("pi");
        await household.OnlineAsync(2);
        var conversation = await household.SayAsync("@all $ echo ran >> runs.txt; until [ -e go ]; do sleep 0.05; done; echo gone on");
        await BothWorkAsync(household);

        await pi.KillAsync();
        await File.WriteAllTextAsync(In(household, "nas", "go"), "", Cancel);
        await household.NodeAsync("pi");

        var answer = (await household.ThreadAsync(conversation)).OfType<MessageEnd>().ShouldHaveSingleItem().Message.Text;
        answer.ShouldStartWith("1 of 2 machines answered.");
        answer.ShouldContain("**nas** (verified)");
        answer.ShouldContain("pi");
    }

    [Fact]
    public async Task NodeFrozen_RefusesTheLateWorkOnItsReturn()
    {
        await using var household = await Household.WithModelAsync(
            ModelReply.Call("fleet", """{"select":"pi","command":"touch late.txt","timeout":2}"""),
            ModelReply.Text("It did not answer."));
        await File.WriteAllTextAsync(Path.Combine(household.HomeOf("nas"), "muster.yaml"), "tools:\n  policy:\n    - { tool: fleet, action: allow }\n", Cancel);
        await household.HubAsync();
        await household.NodeAsync("nas");
        var pi = await household.NodeAsync("pi");
        await household.OnlineAsync(2);

        await pi.FreezeAsync();
        await household.ThreadAsync(await household.SayAsync("@nas touch a file on pi"));
        await pi.ThawAsync();

        household.Model.Requests[^1].Messages[^1].GetRawText().ShouldContain("silent\\\":[\\\"pi\\\"]");
        household.Model.Enqueue(ModelReply.Text("Here I am."));
        (await household.RunAsync("ask", "@pi are you there, and is the file there?")).Output.ShouldContain("Here I am.");
        File.Exists(In(household, "pi", "late.txt")).ShouldBeFalse();
    }

    private static Task BothWorkAsync(Household household) =>
        Eventually.TrueAsync(() => Task.FromResult(File.Exists(In(household, "nas", "runs.txt")) && File.Exists(In(household, "pi", "runs.txt"))), Cancel);

    private static string In(Household household, string node, string file) => Path.Combine(household.HomeOf(node), "work", file);
}
