using System.Text.RegularExpressions;
using Muster.Cli.Configuration;
using Muster.Cli.Wallet;
using Muster.Client;
using Muster.Hub.Ledger;
using Muster.Hub.Ledger.Prices;
using Muster.Samples;
using Muster.Tests.Hub.Ledger.Wallet;
using Muster.Tests.Tidy;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Wallet;

/// <summary>What docs/credits.md shows is what happens.</summary>
public sealed partial class CreditsDocsTests : WalletTest
{
    private static readonly string _text = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "credits.md"));

    [Fact]
    public async Task Docs_EachCommand_PrintsWhatIsWrittenBelowIt()
    {
        await PersonAsync("bob");
        var shown = _text.Split('\n').Where(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line[4..]).ToList();

        for (var at = shown.FindIndex(IsCommand); at >= 0; at = shown.FindIndex(at + 1, IsCommand))
        {
            using var cockpit = new Cockpit();
            cockpit.SignIn(App);
            await cockpit.RunAsync([.. Words().Matches(shown[at]["$ muster ".Length..]).Select(word => word.Value.Trim('"'))]);

            Plain(cockpit.Out + cockpit.Error.ToString()).ShouldBe(Plain(string.Join('\n', shown.Skip(at + 1).TakeWhile(line => !line.StartsWith("$ ", StringComparison.Ordinal) && !line.StartsWith("curl", StringComparison.Ordinal)))), shown[at]);
        }
    }

    [Fact]
    public void Docs_Prices_CostWhatIsWrittenBelowThem()
    {
        using var cockpit = new Cockpit();
        cockpit.Write("muster.yaml", Yaml().Match(_text).Groups[1].Value);
        var configuration = new ConfigurationReader(new Muster.Cli.State.Home(cockpit.Home), cockpit.Surroundings).Read([], null);
        configuration.Problems.ShouldBeEmpty();
        var options = LedgerSettings.Of(configuration);
        var list = new PriceList(1, DateTimeOffset.UnixEpoch, options.Prices);
        var (needs, limit) = (new TaskNeeds(2000, 4L << 30), TimeSpan.FromMinutes(10));

        var quote = list.Quote(needs, limit);
        var cost = list.Meter(new TaskUsage(TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(150), 90 * 4096), needs, limit, TimeSpan.FromSeconds(91));

        _text.ShouldContain($"is quoted at {new Credits(quote)} CPT");
        _text.ShouldContain($"would have cost {new Credits(cost.Total)} CPT");
        (options.RewardFee, options.TransferFee, options.SignUpBonus).ShouldBe((new Share(50_000), new Share(0), new Credits(10_000_000)));
    }

    [Fact]
    public async Task Sample_RunTwice_PaysOnce()
    {
        await PersonAsync("bob");
        await GrantAsync("ada", "10");
        using var client = new MusterClient(new Uri(App.Hub.Urls[0]), App.Hub.Local.Token);

        using var output = new StringWriter();
        var first = await WalletSample.PayRentAsync(client, "bob", 2.5m, new DateOnly(2026, 1, 1), output, Cancel);
        var again = await WalletSample.PayRentAsync(client, "bob", 2.5m, new DateOnly(2026, 1, 1), output, Cancel);

        again.ShouldBe(first);
        output.ToString().ShouldStartWith("2.500000 CPT went to bob");
        (await client.Wallet.GetAsync(Cancel)).Balance.ShouldBe(7.5m);
        (await client.Wallet.TransferAsync([new("bob", 1), new("nobody", 1)], cancellationToken: Cancel))[1].Error!.Code.ShouldBe("invalid");
        (await client.Wallet.PricesAsync(Cancel)).CpuSecond.ShouldBe(0);
        (await Should.ThrowAsync<MusterException>(() => client.Wallet.TransferAsync("bob", 0.0000001m, cancellationToken: Cancel))).Errors[0].Field.ShouldBe("amount");
    }

    private static bool IsCommand(string line) => line.StartsWith("$ muster ", StringComparison.Ordinal);

    private static string Plain(string text) => Spaces().Replace(Times().Replace(text, "TIME"), " ").Trim();

    [GeneratedRegex("\"[^\"]*\"|\\S+", RegexOptions.None, 1000)]
    private static partial Regex Words();

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d", RegexOptions.None, 1000)]
    private static partial Regex Times();

    [GeneratedRegex(@"```yaml\n(.*?)```", RegexOptions.Singleline, 1000)]
    private static partial Regex Yaml();
}
