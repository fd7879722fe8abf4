using System.Net.WebSockets;
using Muster.Client;
using Muster.Testing.Hub;
using Muster.Testing.Models;
using Muster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Checklists;

/// <summary>
/// The checklist of PhoneWork's third milestone, a test for each of its lines, in its order, with machines of Muster. The same with
/// PhoneWork's own host client: <see cref="PhoneWork.PhoneWorkTests"/>.
/// </summary>
[Collection(nameof(MultiHostHousehold))]
public sealed class MultiHostChecklistTests(MultiHostHousehold machines)
{
    private readonly Household _household = machines.Household;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Standalone_AnswersLikeHubAndNode()
    {
        await using var alone = Household.WithoutModel();

        var standalone = await alone.RunAsync("ask", "$ echo the same; pwd");
        var shared = await SayAsync("@home-pc $ echo the same; pwd");

        standalone.Output.ShouldContain($"the same\n{alone.Work}\n");
        shared.ShouldContain($"the same\n{_household.HomeOf("home-pc")}");
    }

    [Fact]
    public void HubStarts_NodeConnects_IsLogged() =>
        Directory.GetFiles(Path.Combine(_household.Home, "logs")).Select(Read).ShouldContain(log => log.Contains("Node home-pc connected", StringComparison.Ordinal));

    [Fact]
    public async Task Message_IsRoutedByTheModel_Forwarded_AndAnswered()
    {
        using var client = _household.Client();
        var work = (await client.Nodes.ListAsync(Cancel)).Single(node => node.Name == "work-server");
        await SayAsync("/node home-pc");
        machines.Router.Enqueue(ModelReply.Call("route_to", $$"""{"node_id":"{{work.Name}}"}"""));

        var output = await SayAsync("$ pwd");

        output.ShouldContain(_household.HomeOf("work-server"));
        var asked = machines.Router.Requests[^1].Body.GetRawText();
        asked.ShouldContain("home-pc");
        asked.ShouldContain("ACTIVE");
    }

    [Fact]
    public async Task Nodes_ShowsAll_WithTheActiveOneMarked()
    {
        await SayAsync("/node home-pc");

        var nodes = await SayAsync("/nodes");

        nodes.ShouldContain("Connected Nodes:");
        nodes.ShouldContain("→ home-pc [ACTIVE] sessions=0 online");
        nodes.ShouldContain("  work-server sessions=0 online");
    }

    [Fact]
    public async Task Node_SwitchesTheActiveOne_AndTheNextMessageGoesThere()
    {
        (await SayAsync("/node work-server")).ShouldContain("work-server");

        (await SayAsync("/nodes")).ShouldContain("→ work-server [ACTIVE]");
        (await SayAsync("$ pwd")).ShouldContain(_household.HomeOf("work-server"));
    }

    [Fact]
    public async Task TwoNodesOfOneUser_TheActiveOneGetsTheMessage()
    {
        await SayAsync("/node home-pc");

        (await SayAsync("$ pwd")).ShouldContain(_household.HomeOf("home-pc"));
        (await SayAsync("@work-server $ pwd")).ShouldContain(_household.HomeOf("work-server"));
        (await SayAsync("$ pwd")).ShouldContain(_household.HomeOf("work-server"));
    }

    [Fact]
    public async Task Node_Killed_IsSaidToBeOffline_AndWorksAgainWhenItIsBack()
    {
        await machines.HomePc.KillAsync();
        await _household.OnlineAsync(1);

        (await SayAsync("@home-pc $ pwd")).ShouldContain("Node home-pc is offline");

        machines.HomePc = await _household.NodeAsync("home-pc");
        await _household.OnlineAsync(2);
        (await SayAsync("@home-pc $ pwd")).ShouldContain(_household.HomeOf("home-pc"));
    }

    [Fact]
    public async Task LongTaskOnANode_IsTold()
    {
        var conversation = await _household.SayAsync("@work-server run sleep 0.2; echo finished in the background");

        using var client = _household.Client();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        var notice = await client.Events(conversation, cancellationToken: patience.Token).OfType<Notice>().FirstAsync(one => one.Kind == "task_done", patience.Token);

        notice.Text.ShouldStartWith("✅ Task #");
        notice.Text.ShouldEndWith("\nfinished");
    }

    [Fact]
    public async Task WrongSecret_IsRefusedWith401()
    {
        using var client = _household.Client();

        var refused = await Should.ThrowAsync<WebSocketException>(() => PhoneWorkClient.ConnectAsync(client.Hub, "wrong", Cancel));
        var (code, _, error) = await MusterProcess.RunAsync(_household.HomeOf("stranger"), ["node", "join", "mjt_nonsense"]);

        refused.Message.ShouldContain("401");
        code.ShouldNotBe(0);
        error.ShouldContain("token");
    }

    private async Task<string> SayAsync(string text)
    {
        var (_, output, error) = await _household.RunAsync("ask", text);
        return output + error;
    }

    private static string Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }
}
