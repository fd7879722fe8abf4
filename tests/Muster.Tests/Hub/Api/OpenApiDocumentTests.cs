using System.Text.Json.Nodes;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Api;

public sealed class OpenApiDocumentTests
{
    [Fact]
    public async Task Document_OfTheRunningHub_IsTheCommittedOne()
    {
        using var home = new TemporaryFolder();
        await using var app = await HubApplication.StartAsync(home.Path);

        var served = await app.Anonymous.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken);
        var committed = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "openapi.json"), TestContext.Current.CancellationToken);

        JsonNode.DeepEquals(JsonNode.Parse(served), JsonNode.Parse(committed)).ShouldBeTrue(
            "the API changed: with a hub running, curl -s http://127.0.0.1:5000/openapi/v1.json > docs/openapi.json, then npm --prefix web run api:types");
    }

    [Fact]
    public async Task Document_EveryRouteOfTheApi_SaysHowItFails()
    {
        using var home = new TemporaryFolder();
        await using var app = await HubApplication.StartAsync(home.Path);

        var document = JsonNode.Parse(await app.Anonymous.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken))!;

        foreach (var (path, item) in document["paths"]!.AsObject().Where(route => route.Key.StartsWith("/api/", StringComparison.Ordinal)))
        {
            foreach (var (verb, operation) in item!.AsObject())
            {
                operation!["responses"]!["default"]?["content"]?["application/problem+json"].ShouldNotBeNull($"{verb} {path}");
            }
        }
    }

    [Fact]
    public async Task Document_EachOperation_HasANameOfItsOwn()
    {
        using var home = new TemporaryFolder();
        await using var app = await HubApplication.StartAsync(home.Path);

        var document = JsonNode.Parse(await app.Anonymous.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken))!;

        document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(operation => (string?)operation.Value!["operationId"]).OfType<string>()
            .ShouldBeUnique();
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Muster.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run inside the repository.");
        }

        return folder;
    }
}
