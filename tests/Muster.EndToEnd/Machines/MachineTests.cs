using System.Net;
using Muster.Client;
using Muster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Machines;

public sealed class MachineTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoMachines_NamedInTheSentence_EachAnswersItsOwn()
    {
        await using var household = await WithTwoMachinesAsync();

        var onNas = await household.RunAsync("ask", "@nas $ pwd");
        var onPi = await household.RunAsync("ask", "on pi: $ pwd");

        onNas.Output.ShouldContain(household.HomeOf("nas"));
        onPi.Output.ShouldContain(household.HomeOf("pi"));
    }

    [Fact]
    public async Task TwoMachines_NoneNamed_AsksWhichOne()
    {
        await using var household = await WithTwoMachinesAsync();

        var (_, output, error) = await household.RunAsync("ask", "$ pwd");

        (output + error).ShouldContain("nas");
        (output + error).ShouldContain("pi");
        output.ShouldNotContain(household.HomeOf("nas"));
    }

    [Fact]
    public async Task Node_Killed_IsAnnouncedAndBackAgain()
    {
        await using var household = Household.WithoutModel();
        await household.HubAsync();
        var node = await household.NodeAsync("nas");
        await household.OnlineAsync(1);
        using var client = household.Client();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        await using var notices = client.FleetEvents(patience.Token).OfType<Notice>().Select(notice => notice.Text).GetAsyncEnumerator(patience.Token);

        await node.KillAsync();
        (await NextAsync(notices, "disconnected")).ShouldBe("⚠️ Node \"nas\" disconnected.");
        (await household.RunAsync("ask", "@nas $ pwd")).Output.ShouldContain("Node nas is offline");
        await household.NodeAsync("nas");
        (await NextAsync(notices, "reconnected")).ShouldBe("✅ Node \"nas\" reconnected.");
        (await household.RunAsync("ask", "@nas $ pwd")).Output.ShouldContain(household.HomeOf("nas"));
    }

    [Fact]
    public async Task Join_WithAUsedOrInventedToken_SaysWhatToDo()
    {
        await using var household = Household.WithoutModel();
        await household.HubAsync();
        using var client = household.Client();
        var token = (await client.Enrolments.CreateAsync(cancellationToken: Cancel)).Token;
        (await MusterProcess.RunAsync(household.HomeOf("first"), ["node", "join", token, "--name", "first"])).Code.ShouldBe(0);

        var used = await MusterProcess.RunAsync(household.HomeOf("second"), ["node", "join", token, "--name", "second"]);
        var invented = await MusterProcess.RunAsync(household.HomeOf("third"), ["node", "join", "mjt_nonsense"]);

        used.Code.ShouldBe(4);
        used.Error.ShouldContain("token");
        invented.Code.ShouldNotBe(0);
        invented.Error.ShouldContain("token");
    }

    [Fact]
    public async Task Ask_InTheHomeOfARunningNode_LeavesItsMembershipAndItsWorkAlone()
    {
        await using var household = Household.WithoutModel();
        await household.HubAsync();
        await household.NodeAsync("nas");
        await household.OnlineAsync(1);
        var identity = Path.Combine(household.HomeOf("nas"), "node.json");
        var before = await File.ReadAllTextAsync(identity, Cancel);

        var own = await MusterProcess.RunAsync(household.HomeOf("nas"), ["ask", "$ echo here"]);

        own.Output.ShouldContain("here");
        own.Error.ShouldContain("muster login http");
        (await File.ReadAllTextAsync(identity, Cancel)).ShouldBe(before);
        (await household.RunAsync("ask", "@nas $ echo still-there")).Output.ShouldContain("still-there");
    }

    [Fact]
    public async Task Node_StartedTwiceOnOneHome_TheSecondIsRefused()
    {
        await using var household = Household.WithoutModel();
        await household.HubAsync();
        await household.NodeAsync("nas");
        await household.OnlineAsync(1);

        var (code, _, error) = await MusterProcess.RunAsync(household.HomeOf("nas"), ["node"]);

        code.ShouldBe(1);
        error.ShouldContain("runs already");
        (await household.RunAsync("ask", "@nas $ echo still-there")).Output.ShouldContain("still-there");
    }

    [Fact]
    public async Task Node_Removed_LosesItsLinkAndIsToldWhy()
    {
        await using var household = Household.WithoutModel();
        await household.HubAsync();
        var node = await household.NodeAsync("nas");
        await household.OnlineAsync(1);
        using var client = household.Client();

        await client.Nodes.RemoveAsync("nas", Cancel);

        await node.SeeAsync("node join");
        (await client.Nodes.ListAsync(Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Link_WrongSecret_Is401AndTellsNothing()
    {
        await using var household = Household.WithoutModel();
        await household.HubAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{household.Port}/ws/node");
        request.Headers.Add("Connection", "Upgrade");
        request.Headers.Add("Upgrade", "websocket");
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        request.Headers.Add("Authorization", "Bearer wrong-secret-of-a-stranger");

        using var answer = await http.SendAsync(request, Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldNotContain("stranger");
    }

    private static async Task<Household> WithTwoMachinesAsync()
    {
        var household = Household.WithoutModel();
        await household.HubAsync();
        await household.NodeAsync("nas");
        await household.NodeAsync("pi");
        await household.OnlineAsync(2);
        return household;
    }

    private static async Task<string> NextAsync(IAsyncEnumerator<string> notices, string word)
    {
        while (await notices.MoveNextAsync())
        {
            if (notices.Current.Contains(word, StringComparison.Ordinal))
            {
                return notices.Current;
            }
        }

        throw new InvalidOperationException("The stream ended.");
    }
}
