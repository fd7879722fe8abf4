using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Api;

namespace Muster.Tests.Hub.Accounts.Matrix;

/// <summary>One way to call the API.</summary>
/// <param name="Pattern">As it is mapped, with <c>{names}</c>.</param>
internal sealed record HubRoute(string Method, string Pattern, Needs Needs)
{
    public bool Open => Needs == Needs.Nobody;

    /// <summary>It names a thing, which may be another's.</summary>
    public bool OfAThing => Pattern.Contains('{');

    /// <summary>The pattern with the names of its values alone.</summary>
    public string Key => $"{Method} {string.Join('/', Pattern.Split('/').Select(part => part.StartsWith('{') && part.Contains(':') ? part.Split(':')[0] + "}" : part))}";

    public override string ToString() => Key;
}

/// <summary>Every route that a running hub has mapped: a new one cannot be left out.</summary>
internal static class HubRoutes
{
    public static IReadOnlyList<HubRoute> Of(IServiceProvider services) =>
    [
        .. services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().SelectMany(endpoint =>
            (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
                .Select(method => new HubRoute(method, "/" + endpoint.RoutePattern.RawText!.Trim('/'), Needs.Of(endpoint))))
            .DistinctBy(route => route.Key).OrderBy(route => route.Key, StringComparer.Ordinal),
    ];
}
