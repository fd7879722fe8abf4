using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Muster.Hub;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Api;

public sealed class ApiTests : IAsyncLifetime
{
    private readonly TemporaryFolder _home = new();
    private HubApplication _app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _app = await HubApplication.StartAsync(_home.Path);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _home.Dispose();
    }

    [Fact]
    public async Task Document_IsThereAndNamesRoutes()
    {
        var document = await _app.Anonymous.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Cancel);

        document.GetProperty("paths").TryGetProperty("/api/v1/conversations/{id}/messages", out _).ShouldBeTrue();
        document.GetRawText().ShouldContain("message_id");
    }

    [Fact]
    public async Task Route_WithoutCredential_Is401WithProblemDetails()
    {
        using var answer = await _app.Anonymous.GetAsync("/api/v1/conversations", Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
    }

    [Fact]
    public async Task Body_ThatIsNoJson_Is422()
    {
        using var content = new StringContent("{", System.Text.Encoding.UTF8, "application/json");
        using var answer = await _app.Client.PostAsync("/api/v1/conversations", content, Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Theory]
    [InlineData("POST", "/api/v1/conversations", "text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("PUT", "/api/v1/conversations", "application/json", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/api/v1/nowhere", "application/json", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/v1/conversations?limit=many", null, HttpStatusCode.UnprocessableEntity)]
    public async Task Request_ThatNoHandlerTakes_SaysWhatIsWrong(string method, string path, string? type, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = type is null ? null : new StringContent("{}", null, type) };
        using var answer = await _app.Client.SendAsync(request, Cancel);

        answer.StatusCode.ShouldBe(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldNotContain("System.");
    }

    [Fact]
    public async Task Body_TooLarge_SaysSo()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/conversations")
        {
            Content = new StringContent(new string(' ', 32 << 20), null, "application/json"),
            Headers = { ExpectContinue = true }, // else the hub closes while this is still writing
        };
        using var answer = await _app.Client.SendAsync(request, Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("code").GetString().ShouldBe("too_large");
    }

    [Fact]
    public async Task IdempotencyKey_SameBodyTwice_MakesOneConversation()
    {
        _app.Client.DefaultRequestHeaders.Add("Idempotency-Key", "k1");
        var first = await Create("a");
        var again = await Create("a");
        using var other = await _app.Client.PostAsJsonAsync("/api/v1/conversations", new { title = "b" }, Cancel);

        again.ShouldBe(first);
        other.StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Id_ShownCharacters_FindTheConversation()
    {
        var id = await Create("a");
        var found = await _app.Client.GetFromJsonAsync<JsonElement>($"/api/v1/conversations/{id.Substring(14, 8)}", Cancel);

        found.GetProperty("id").GetString().ShouldBe(id);
    }

    [Fact]
    public async Task Health_Loopback_Answers()
    {
        var health = await _app.Anonymous.GetFromJsonAsync<JsonElement>("/health", Cancel);

        health.GetProperty("status").GetString().ShouldBe("ok");
    }

    [Fact]
    public async Task Start_PortInUse_NamesTheAddress()
    {
        using var home = new TemporaryFolder();
        var error = await Should.ThrowAsync<HubException>(() => HubHost.StartAsync(new HubOptions { Home = home.Path, Urls = _app.Hub.Urls }, Cancel));

        error.Message.ShouldContain(_app.Hub.Urls[0]);
        error.Message.ShouldContain("in use");
    }

    [Fact]
    public async Task Start_BadOptions_ListsEveryMistake()
    {
        var error = await Should.ThrowAsync<HubException>(() => HubHost.StartAsync(new HubOptions { Home = "", Urls = ["ftp://x"] }, Cancel));

        error.Message.ShouldContain("home");
        error.Message.ShouldContain("ftp://x");
    }

    private async Task<string> Create(string title)
    {
        using var answer = await _app.Client.PostAsJsonAsync("/api/v1/conversations", new { title }, Cancel);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;
    }
}
