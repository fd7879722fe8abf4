using System.Net;
using System.Net.Sockets;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Trouble;

public sealed class ConfigurationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Up_InvalidYaml_ListsEveryMistakeWithItsLine()
    {
        await using var household = Household.WithoutModel();
        await File.WriteAllTextAsync(
            Path.Combine(household.Home, "muster.yaml"),
            """
            agent:
              max_turns: lots
            tools:
              shell: { isolaton: host }
            urls: [ "not an address" ]
            """,
            Cancel);

        var (code, _, error) = await household.RunAsync("up");

        code.ShouldBe(2);
        error.ShouldContain("max_turns");
        error.ShouldContain("isolation"); // the nearest name
        error.ShouldMatch(@"muster\.yaml.*\b2\b");
        error.ShouldMatch(@"muster\.yaml.*\b4\b");
    }

    [Fact]
    public async Task Up_BrokenYaml_SaysTheLine()
    {
        await using var household = Household.WithoutModel();
        await File.WriteAllTextAsync(Path.Combine(household.Home, "muster.yaml"), "urls: [\nagent: }\n", Cancel);

        var (code, _, error) = await household.RunAsync("up");

        code.ShouldBe(2);
        error.ShouldMatch(@"muster\.yaml.*\b[123]\b");
        error.ShouldNotContain("Exception");
    }

    [Fact]
    public async Task Up_MusterYamlIsAFolder_SaysThatItCannotBeRead()
    {
        await using var household = Household.WithoutModel();
        Directory.CreateDirectory(Path.Combine(household.Home, "muster.yaml"));

        var (code, _, error) = await household.RunAsync("up");

        code.ShouldBe(2);
        error.ShouldContain("muster.yaml");
        error.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Up_EnvFileThatIsNotThere_IsNamed()
    {
        await using var household = Household.WithoutModel();

        var (code, _, error) = await household.RunAsync("--env-file", "/nowhere/my.env", "up");

        code.ShouldBe(2);
        error.ShouldContain("There is no file /nowhere/my.env (--env-file).");
    }

    [Fact]
    public async Task Up_PortInUse_SaysByWhom()
    {
        await using var household = Household.WithoutModel();
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;

        var (code, _, error) = await household.RunAsync("up", "--urls", $"http://127.0.0.1:{port}");

        code.ShouldBe(1);
        error.ShouldContain(port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        error.ShouldContain("Muster.EndToEnd");
        error.ShouldContain("--urls");
    }

    [Fact]
    public async Task Up_Twice_SaysWhereTheFirstOneIs()
    {
        await using var household = Household.WithoutModel();
        await household.UpAsync();

        var (code, _, error) = await household.RunAsync("up", "--urls", "http://127.0.0.1:0");

        code.ShouldBe(1);
        error.ShouldContain($"A hub runs for this home already, at http://127.0.0.1:{household.Port}");
    }

    [Fact]
    public async Task Node_WithoutJoin_SaysHowToJoin()
    {
        await using var household = Household.WithoutModel();

        var (code, _, error) = await household.RunAsync("node");

        code.ShouldBe(1);
        error.ShouldContain("muster node join TOKEN");
    }
}
