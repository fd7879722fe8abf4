using System.Net;
using Muster.Client;
using Muster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Trouble;

public sealed class HubTroubleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Host", "evil.example", "does not go by the name")]
    [InlineData("Origin", "https://evil.example", "A page of another site may not use this hub.")]
    public async Task Request_ForeignHostOrOrigin_Is403(string header, string value, string sentence)
    {
        await using var household = Household.WithoutModel();
        await household.HubAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{household.Port}/api/v1/login") { Content = new StringContent("{}") };
        request.Headers.TryAddWithoutValidation(header, value);

        using var answer = await http.SendAsync(request, Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldContain(sentence);
    }

    [Fact]
    public async Task TwoMachines_OneCredential_TheNewerIsRefusedAndBothAreTold()
    {
        await using var household = Household.WithoutModel();
        await household.HubAsync();
        var first = await household.NodeAsync("nas");
        await household.OnlineAsync(1);
        var copy = household.HomeOf("copy");
        File.Copy(Path.Combine(household.HomeOf("nas"), "node.json"), Path.Combine(copy, "node.json"));

        using var client = household.Client();
        var told = client.FleetEvents(Cancel).OfType<Notice>().FirstAsync(Cancel).AsTask();
        var second = household.Start(copy, "node");
        await second.SeeAsync("Another machine is connected as nas with the same credential: .*muster node join");

        await first.SeeAsync("Another machine tried to connect as nas with this machine's credential and was refused");
        (await told).Text.ShouldContain("copy of its credential");
        (await household.RunAsync("ask", "@nas $ pwd")).Output.ShouldContain(household.HomeOf("nas"));
    }

    [Fact]
    public async Task Ask_LoggedInToAHubThatIsGone_Is3()
    {
        await using var household = Household.WithoutModel();
        await File.WriteAllTextAsync(Path.Combine(household.Home, "login.json"), """{"url":"http://127.0.0.1:1","token":"mk_x","user":"ann"}""", Cancel);

        var (code, _, error) = await household.RunAsync("ask", "hello");

        code.ShouldBe(3);
        error.ShouldContain("http://127.0.0.1:1");
        error.ShouldContain("cannot be reached");
    }

    [Fact]
    public async Task Login_HubThatIsNotThere_Is3()
    {
        await using var household = Household.WithoutModel();

        var (code, _, error) = await MusterProcess.RunAsync(household.Home, ["login", "http://127.0.0.1:1", "--user", "ann"], input: "password\n");

        code.ShouldBe(3);
        error.ShouldContain("cannot be reached");
    }

    [Fact]
    public async Task Commands_WithoutAnyHub_Are3AndSayHowToStartOne()
    {
        await using var household = Household.WithoutModel();

        var (code, _, error) = await household.RunAsync("nodes");

        code.ShouldBe(3);
        error.ShouldContain("muster up");
    }
}
