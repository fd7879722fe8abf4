using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.PhoneWork;

/// <summary>The roadmap's lines, with a host client of its own making and a hub that is a process.</summary>
public sealed class PhoneWorkTests
{
    private const string Secret = "correct-horse-battery";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ask_NamedHostClient_IsForwardedAndAnswered()
    {
        await using var household = await HubAsync();
        await using var home = await JoinAsync(household, "home-pc");

        var ask = household.RunAsync("ask", "@home-pc hello");
        var forward = await home.ReceiveAsync("forward", Cancel);
        ((string?)forward["text"]).ShouldBe("@home-pc hello");
        await home.AnswerAsync((string)forward["id"]!, "hello from the old client", Cancel);
        var (code, output, error) = await ask;

        code.ShouldBe(0, error);
        output.ShouldContain("hello from the old client");
    }

    [Fact]
    public async Task Ask_HostClientReportsAnError_ShowsIt()
    {
        await using var household = await HubAsync();
        await using var home = await JoinAsync(household, "home-pc");

        var ask = household.RunAsync("ask", "@home-pc hello");
        var forward = await home.ReceiveAsync("forward", Cancel);
        await home.AnswerAsync((string)forward["id"]!, "", Cancel, "the agent has no key");
        var (code, output, error) = await ask;

        code.ShouldBe(1);
        (output + error).ShouldContain("the agent has no key");
    }

    [Fact]
    public async Task TaskComplete_ComesAsANotice()
    {
        await using var household = await HubAsync();
        await using var home = await JoinAsync(household, "home-pc");
        using var client = household.Client();
        var user = (await client.Accounts.MeAsync(Cancel)).User.Username;

        await home.SendAsync(
            new JsonObject { ["type"] = "task_complete", ["task_id"] = "a1b2c3", ["user_id"] = user, ["chat_id"] = "", ["result"] = "✅ Task #a1b2c3 done (42s)\nmake all" },
            Cancel);

        var text = "";
        await Eventually.TrueAsync(
            async () => (text += (await household.RunAsync("inbox")).Output).Contains("a1b2c3", StringComparison.Ordinal), Cancel);
        text.ShouldContain("Task #a1b2c3 done (42s)");
    }

    [Fact]
    public async Task HostClient_Dies_IsOfflineInChatAndHealth_AndBack()
    {
        await using var household = await HubAsync();
        var first = await JoinAsync(household, "home-pc");
        (await HealthAsync(household)).GetProperty("status").GetString().ShouldBe("online");

        await first.DisposeAsync();
        await household.OnlineAsync(0);
        var (_, output, error) = await household.RunAsync("ask", "@home-pc hello");
        var gone = await HealthAsync(household);
        await using var second = await JoinAsync(household, "home-pc");

        (output + error).ShouldContain("Node home-pc is offline");
        gone.GetProperty("status").GetString().ShouldBe("offline");
        gone.GetProperty("last_seen").GetString()!.ShouldEndWith("ago");
        (await HealthAsync(household)).GetProperty("status").GetString().ShouldBe("online");
    }

    [Fact]
    public async Task TwoHostClientsForOneUser_NodeCommandSwitches()
    {
        await using var household = await HubAsync();
        await using var home = await JoinAsync(household, "home-pc");
        await using var work = await JoinAsync(household, "work-server");
        await household.OnlineAsync(2);

        (await household.RunAsync("ask", "/node work-server")).Code.ShouldBe(0);
        var nodes = (await household.RunAsync("ask", "-c", "/nodes")).Output;
        var ask = household.RunAsync("ask", "-c", "hello again");
        var forward = await work.ReceiveAsync("forward", Cancel);
        await work.AnswerAsync((string)forward["id"]!, "from work", Cancel);

        nodes.ShouldContain("Connected Nodes:");
        nodes.ShouldContain("→ work-server [ACTIVE] sessions=0 online");
        nodes.ShouldContain("  home-pc sessions=0 online");
        nodes.ShouldContain("Use \"/node <name>\" to switch active node.");
        (await ask).Output.ShouldContain("from work");
    }

    private static async Task<Household> HubAsync()
    {
        var household = Household.WithoutModel();
        household.Environment["ROUTER_SECRET"] = Secret;
        await household.HubAsync();
        return household;
    }

    private static async Task<PhoneWorkClient> JoinAsync(Household household, string name)
    {
        using var client = household.Client();
        var joined = await PhoneWorkClient.ConnectAsync(client.Hub, Secret, Cancel);
        await joined.RegisterAsync(name, [(await client.Accounts.MeAsync(Cancel)).User.Username], Cancel);
        await Eventually.TrueAsync(async () => (await client.Nodes.ListAsync(Cancel)).Any(node => node.Name == name && node.Status != "offline"), Cancel);
        return joined;
    }

    private static async Task<JsonElement> HealthAsync(Household household)
    {
        using var http = new HttpClient();
        var health = JsonDocument.Parse(await http.GetStringAsync($"http://127.0.0.1:{household.Port}/health", Cancel)).RootElement;
        return health.GetProperty("nodes").EnumerateArray().Single(node => node.GetProperty("node_id").GetString() == "home-pc");
    }
}
