using Muster.EndToEnd.Chat;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Asking;

public sealed class ApprovalTests
{
    private const string Password = "correct horse battery";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("approve", "Approved; the work goes on.", "said-42")]
    [InlineData("deny", "Denied; the agent is told.", "Done.")]
    public async Task Answer_WithThePasswordAtATerminal_LetsTheWorkGoOn(string command, string told, string seen)
    {
        await using var household = await WaitingAsync();
        var ask = household.Start(household.Home, "ask", "--json", "say it");
        ask.CloseInput();
        await ask.SeeAsync("\"state\":\"waiting\"");
        var id = await IdAsync(household);
        (await household.RunAsync("approvals")).Output.ShouldContain(id);

        var (wrong, _) = await Terminal.TypeAsync(household, [command, id], "expect Password of", "type wrong-password\\r");
        var (code, screen) = await Terminal.TypeAsync(household, [command, id], "expect Password of", $"type {Password}\\r", $"expect {told}");

        wrong.ShouldBe(4);
        code.ShouldBe(0, screen);
        (await ask.WaitForExitAsync()).ShouldBe(0, ask.Error);
        ask.Output.ShouldContain(seen);
    }

    private static async Task<Household> WaitingAsync()
    {
        var household = await Household.WithModelAsync(ModelReply.Call("shell", """{"command":"echo said-$((40 + 2))"}"""), ModelReply.Text("Done."));
        await household.ConfigureAsync("tools:\n  policy:\n    - { tool: shell, action: ask }\n");
        await household.UpAsync();
        using var client = household.Client();
        var link = await client.Accounts.OwnerLinkAsync(Cancel);
        using var owner = new Client.MusterClient(client.Hub);
        await owner.Accounts.ClaimAsync(link.Token, "ann", Password, Cancel);
        return household;
    }

    private static async Task<string> IdAsync(Household household)
    {
        using var client = household.Client();
        return (await client.Approvals.ListAsync(Cancel))[0].Id.Substring(14, 6);
    }
}
