using System.Text.Json;
using Muster.Cli;
using Muster.Hub.Accounts;
using Muster.Tests.Hub.Ledger.Wallet;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Wallet;

public sealed class WalletCommandTests : WalletTest
{
    [Fact]
    public async Task Balance_Json_IsOneObjectWithAmountsAsText()
    {
        await GrantAsync("ada", "2.5");
        var (code, output, _) = await RunAsync("wallet", "balance", "--json");

        code.ShouldBe(ExitCode.Ok);
        var wallet = JsonDocument.Parse(output).RootElement;
        (wallet.GetProperty("balance").GetString(), wallet.GetProperty("held").GetString(), wallet.GetProperty("in_use").GetBoolean()).ShouldBe(("2.500000", "0.000000", false));
    }

    [Fact]
    public async Task Balance_NothingCosts_SaysSo() => (await RunAsync("wallet")).Error.ShouldContain("Nothing costs credits on this hub");

    [Fact]
    public async Task Transfer_WithoutATerminal_NeedsYes()
    {
        var bob = await PersonAsync("bob");
        await GrantAsync("ada", "5");

        var refused = await RunAsync("wallet", "transfer", "bob", "1");
        var done = await RunAsync("wallet", "transfer", "bob", "1", "--yes", "--json");

        refused.Code.ShouldBe(ExitCode.Usage);
        refused.Error.ShouldContain("--yes");
        JsonDocument.Parse(done.Output).RootElement.GetProperty("amount").GetString().ShouldBe("1.000000");
        (await BalanceAsync(bob)).ShouldBe("1.000000");
    }

    [Theory]
    [InlineData("y", ExitCode.Ok, "1.000000")]
    [InlineData("n", ExitCode.Failed, "0.000000")]
    [InlineData("", ExitCode.Failed, "0.000000")]
    public async Task Transfer_AtATerminal_Asks(string answer, int code, string arrived)
    {
        var bob = await PersonAsync("bob");
        await GrantAsync("ada", "5");

        var result = await RunAsync(cockpit => cockpit.AtTerminal(answer + "\n"), "wallet", "transfer", "bob", "1");

        result.Code.ShouldBe(code);
        result.Error.ShouldContain("Give 1.000000 CPT to bob? [y/N]");
        (await BalanceAsync(bob)).ShouldBe(arrived);
    }

    [Theory]
    [InlineData("1e3", "exponent")]
    [InlineData("0,5", "comma")]
    [InlineData("1.0000001", "six decimals")]
    [InlineData("NaN", "no number")]
    [InlineData("9223372036854.775808", "too large")]
    public async Task Transfer_BadAmount_IsRefusedBeforeAnythingIsAsked(string amount, string what)
    {
        var result = await RunAsync("wallet", "transfer", "bob", amount);

        result.Code.ShouldBe(ExitCode.Usage);
        result.Error.ShouldContain(what);
    }

    [Fact]
    public async Task Transfer_Zero_IsTheHubsToRefuse()
    {
        await PersonAsync("bob");
        var result = await RunAsync("wallet", "transfer", "bob", "0", "--yes");

        result.Code.ShouldBe(ExitCode.Usage);
        result.Error.ShouldBe("muster: The amount is zero. The smallest amount is 0.000001.\n");
    }

    [Fact]
    public async Task Grant_ByAGuest_IsNotAllowed()
    {
        var guest = await PersonAsync("gil", Role.Guest);
        var result = await RunAsync(cockpit => cockpit.SignIn(App.Hub.Urls[0], guest.DefaultRequestHeaders.Authorization!.Parameter!), "wallet", "grant", "gil", "5");

        result.Code.ShouldBe(ExitCode.NotAllowed);
    }

    [Fact]
    public async Task History_MoreThanAPage_IsReadWhole()
    {
        for (var i = 0; i < 205; i++)
        {
            await GrantAsync("ada", "1");
        }

        (await RunAsync("wallet", "history", "--limit", "1000", "--json")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(205);
        (await RunAsync("wallet", "history", "--limit", "3", "--json")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(3);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] args) => RunAsync(_ => { }, args);

    private async Task<(int Code, string Output, string Error)> RunAsync(Action<Cockpit> prepare, params string[] args)
    {
        using var cockpit = new Cockpit();
        cockpit.SignIn(App);
        prepare(cockpit);
        var code = await cockpit.RunAsync(args);
        return (code, cockpit.Out.ToString(), cockpit.Error.ToString());
    }
}
