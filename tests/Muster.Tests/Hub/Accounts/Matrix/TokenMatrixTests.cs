using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Accounts;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Accounts.Matrix;

/// <summary>Every route of the hub with every kind of credential that must not open it: the right refusal, and nothing changed.</summary>
public sealed class TokenMatrixTests : PeopleTest
{
    // Whoever adds a route that needs nobody says so here as well.
    private static readonly string[] _open =
    [
        "GET /api/v1/hub", "GET /api/v1/job-schema", "GET /api/v1/prices", "POST /api/v1/claim", "POST /api/v1/enrol", "POST /api/v1/login",
        "POST /api/v1/password-resets", "POST /api/v1/refresh", "POST /api/v1/register",
        // By the transfer token of a node's link:
        "DELETE /api/v1/node/attempts/{job}/{task}/{attempt}/artifacts/uploads/{id}", "GET /api/v1/node/attempts/{job}/{task}/{attempt}/artifacts/uploads/{id}",
        "GET /api/v1/node/attempts/{job}/{task}/{attempt}/artifacts/{sha256}", "GET /api/v1/node/attempts/{job}/{task}/{attempt}/inputs",
        "HEAD /api/v1/node/attempts/{job}/{task}/{attempt}/artifacts/uploads/{id}", "HEAD /api/v1/node/attempts/{job}/{task}/{attempt}/artifacts/{sha256}",
        "PATCH /api/v1/node/attempts/{job}/{task}/{attempt}/artifacts/uploads/{id}", "POST /api/v1/node/attempts/{job}/{task}/{attempt}/artifacts",
        "PUT /api/v1/node/attempts/{job}/{task}/{attempt}/artifacts/{sha256}",
        "DELETE /api/v1/node/copies/{copy}/artifacts/uploads/{id}", "GET /api/v1/node/copies/{copy}/artifacts/uploads/{id}",
        "GET /api/v1/node/copies/{copy}/artifacts/{sha256}", "HEAD /api/v1/node/copies/{copy}/artifacts/uploads/{id}",
        "HEAD /api/v1/node/copies/{copy}/artifacts/{sha256}", "PATCH /api/v1/node/copies/{copy}/artifacts/uploads/{id}",
        "POST /api/v1/node/copies/{copy}/artifacts",
        "DELETE /api/v1/node/runs/{run}/files/uploads/{id}", "GET /api/v1/node/runs/{run}/files/uploads/{id}", "HEAD /api/v1/node/runs/{run}/files/uploads/{id}",
        "PATCH /api/v1/node/runs/{run}/files/uploads/{id}", "POST /api/v1/node/runs/{run}/files",
    ];

    private IReadOnlyList<HubRoute> All => HubRoutes.Of(App.Hub.Services);

    private IEnumerable<HubRoute> Closed => All.Where(route => route.Pattern.StartsWith("/api/", StringComparison.Ordinal) && !route.Open);

    [Fact]
    public void Routes_ThatNeedNobody_AreThese() =>
        All.Where(route => route.Open && route.Pattern.StartsWith("/api/", StringComparison.Ordinal)).Select(route => route.Key).Order(StringComparer.Ordinal)
            .ShouldBe(_open.Intersect(All.Select(route => route.Key)).Order(StringComparer.Ordinal));

    [Fact]
    public void Routes_OutsideOfTheApi_AreThese() =>
        All.Where(route => !route.Pattern.StartsWith("/api/", StringComparison.Ordinal)).Select(route => route.Key)
            .ShouldBe(["GET /", "GET /health", "GET /openapi/{documentName}.json", "GET /ws/node"]);

    [Fact]
    public async Task Routes_OfTheDocument_AreAllHere()
    {
        var document = JsonNode.Parse(await App.Anonymous.GetStringAsync("/openapi/v1.json", Cancel))!;

        var documented = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}"));

        documented.Except(All.Select(route => route.Key)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("no token")]
    [InlineData("garbage")]
    [InlineData("a key that is none")]
    [InlineData("expired")]
    [InlineData("alg none")]
    [InlineData("foreign hub")]
    [InlineData("revoked key")]
    [InlineData("signed out")]
    public async Task Credential_ThatProvesNothing_Gets401(string kind)
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        using var ada = await OwnerAsync();
        var things = await Belongings.MakeAsync(ada, Database, Cancel);
        using var client = App.NewClient(await TokenAsync(kind, ada));
        var before = await Belongings.StateAsync(Database, Cancel);

        foreach (var route in Closed)
        {
            var (status, code) = await AskAsync(client, things.Request(route));
            status.ShouldBe(HttpStatusCode.Unauthorized, $"{route} with {kind}");
            (route.Method == "HEAD" ? "unauthenticated" : code).ShouldBe("unauthenticated", $"{route} with {kind}");
        }

        (await Belongings.StateAsync(Database, Cancel)).ShouldBe(before);
    }

    [Fact]
    public async Task Guest_WhatIsAboveOneOrAnothers_IsRefused()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        using var ada = await OwnerAsync();
        var things = await Belongings.MakeAsync(ada, Database, Cancel);
        var gus = (await JoinAsync("gus", "guest")).Client;

        await RefusedAsync(gus, things, route => route.Needs.Role > Role.Guest || route.Needs.Scope != Scopes.Ask ? HttpStatusCode.Forbidden : route.OfAThing ? HttpStatusCode.NotFound : null);
    }

    [Fact]
    public async Task Member_WhatIsAnothers_IsNotThere()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        using var ada = await OwnerAsync();
        var things = await Belongings.MakeAsync(ada, Database, Cancel);
        await JoinAsync("bob");
        using var bob = With(await OkAsync(App.Anonymous, HttpMethod.Post, "login", new { username = "bob", password = Password, approve = true }));

        await RefusedAsync(bob, things, route => route.Needs.Role > Role.Member ? HttpStatusCode.Forbidden : route.OfAThing ? HttpStatusCode.NotFound : null);
    }

    [Fact]
    public async Task Admin_WhatIsAboveOneOrPersonal_IsRefused()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        using var ada = await OwnerAsync();
        var things = await Belongings.MakeAsync(ada, Database, Cancel);
        await JoinAsync("eve", "admin");
        using var eve = With(await OkAsync(App.Anonymous, HttpMethod.Post, "login", new { username = "eve", password = Password, approve = true }));

        await RefusedAsync(eve, things, route =>
            route.Needs.Role > Role.Admin ? HttpStatusCode.Forbidden
            : route.Key is "PATCH /api/v1/users/{id}" or "DELETE /api/v1/users/{id}" or "POST /api/v1/users/{id}/reset" or "DELETE /api/v1/keys/{id}" ? HttpStatusCode.Forbidden
            : route.OfAThing && (route.Pattern.Contains("/conversations/") || route.Pattern.Contains("/approvals/") || route.Pattern.Contains("/sessions/") || route.Pattern.Contains("/artifacts/") || route.Pattern.Contains("/copies/"))
                ? HttpStatusCode.NotFound
            : null);
    }

    [Theory]
    [InlineData(Scopes.Ask)]
    [InlineData(Scopes.Run)]
    [InlineData(Scopes.Spend)]
    [InlineData(Scopes.Manage)]
    [InlineData(Scopes.Approve)]
    public async Task Key_WithoutTheScope_IsRefused(Scopes scope)
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        using var ada = await OwnerAsync();
        var things = await Belongings.MakeAsync(ada, Database, Cancel);
        using var key = App.NewClient(await KeyAsync(ada, [.. (Scopes.All & ~scope).Names()]));
        var asked = 0;

        await RefusedAsync(key, things, route =>
        {
            asked += route.Needs.Scope == scope ? 1 : 0;
            return route.Needs.Scope == scope ? HttpStatusCode.Forbidden : null;
        });

        asked.ShouldBeGreaterThan(0);
    }

    /// <param name="expected">Null for a route that this credential may call, which is not called.</param>
    private async Task RefusedAsync(HttpClient client, Belongings things, Func<HubRoute, HttpStatusCode?> expected)
    {
        var before = await Belongings.StateAsync(Database, Cancel);
        foreach (var (route, status) in Closed.Select(route => (route, expected(route))).Where(pair => pair.Item2 is not null))
        {
            (await AskAsync(client, things.Request(route))).Status.ShouldBe(status!.Value, $"{route}");
        }

        (await Belongings.StateAsync(Database, Cancel)).ShouldBe(before);
    }

    private static async Task<(HttpStatusCode Status, string? Code)> AskAsync(HttpClient client, HttpRequestMessage request)
    {
        using (request)
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
            var problem = answer.Content.Headers.ContentType?.MediaType == "application/problem+json" ? await answer.Content.ReadAsStringAsync(Cancel) : "";
            return (answer.StatusCode, problem.Length == 0 ? null : JsonDocument.Parse(problem).RootElement.GetProperty("code").GetString());
        }
    }

    private async Task<HttpClient> OwnerAsync()
    {
        await App.ClaimAsync(Password);
        return With(await OkAsync(App.Anonymous, HttpMethod.Post, "login", new { username = "ada", password = Password, approve = true }));
    }

    private static async Task<string> KeyAsync(HttpClient ada, IReadOnlyList<string> scopes) =>
        (await OkAsync(ada, HttpMethod.Post, "keys", new { name = "test", scopes })).GetProperty("secret").GetString()!;

    private async Task<string?> TokenAsync(string kind, HttpClient ada)
    {
        var good = ada.DefaultRequestHeaders.Authorization!.Parameter!;
        switch (kind)
        {
            case "no token":
                return null;
            case "garbage":
                return "eyJhbGciOiJIUzI1NiJ9.e30.AAAA";
            case "a key that is none":
                return "key_01jd0000000000000000000000.AAAA";
            case "expired":
                return await ExpiredAsync(good);
            case "alg none":
                return $"{Encode("""{"alg":"none","typ":"JWT"}""")}.{good.Split('.')[1]}.";
            case "foreign hub":
                return await ForeignAsync();
            case "revoked key":
                var key = await KeyAsync(ada, ["ask", "manage"]);
                await OkAsync(ada, HttpMethod.Delete, "keys/" + key.Split('.')[0]);
                return key;
            default:
                using (var leaving = With(await LoginAsync("ada")))
                {
                    await OkAsync(leaving, HttpMethod.Post, "logout");
                    return leaving.DefaultRequestHeaders.Authorization!.Parameter;
                }
        }
    }

    /// <summary>Right in all but its time: signed with the hub's own key.</summary>
    private async Task<string> ExpiredAsync(string good)
    {
        var key = await App.Hub.Services.GetRequiredService<SigningKeys>().CurrentAsync(Cancel);
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(good.Split('.')[1]))!;
        claims["exp"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 1;
        var body = $"{good.Split('.')[0]}.{Encode(claims.ToJsonString())}";
        return $"{body}.{Base64Url.EncodeToString(HMACSHA256.HashData(key.Secret, Encoding.ASCII.GetBytes(body)))}";
    }

    private static async Task<string> ForeignAsync()
    {
        using var home = new TemporaryFolder();
        await using var other = await HubApplication.StartAsync(home.Path);
        return (await other.ClaimAsync(Password)).GetProperty("access_token").GetString()!;
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
