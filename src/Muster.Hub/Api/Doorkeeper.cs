using System.Net;
using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Claiming;
using Muster.Hub.Site;

namespace Muster.Hub.Api;

/// <summary>
/// Stands before every route: host and origin, the unclaimed gate, who it is, the antiforgery header of cookies, rate limits, and
/// what the route needs.
/// </summary>
internal sealed class Doorkeeper(RequestDelegate next, KnownHosts hosts, ClaimState claim, SignIn signIn, LiveRequests live, ApiLimits limits)
{
    public const string AntiforgeryHeader = "X-Muster";

    public async Task InvokeAsync(HttpContext context)
    {
        SecurityHeaders.Set(context);
        CheckHost(context);
        CheckClaimed(context);
        if (limits.PerAddress.Take(Networks.Of(AddressOf(context))) is { } wait)
        {
            throw ApiException.RateLimited(wait);
        }

        var version = live.Version;
        var caller = await signIn.IdentifyAsync(context);
        if (caller is null)
        {
            await ServeAsync(context);
            return;
        }

        live.Begin(context, caller);
        try
        {
            if (version != live.Version && await signIn.IdentifyAsync(context) != caller)
            {
                throw ApiException.Unauthenticated(); // taken away in between, and the cut has gone by
            }

            Admit(context, caller);
            await ServeAsync(context);
        }
        finally
        {
            live.End(context);
        }
    }

    private void Admit(HttpContext context, SignedIn caller)
    {
        context.Features.Set(caller);
        context.User = caller.Principal();
        CheckAntiforgery(context, caller);
        if (limits.PerUser.Take(caller.User.ToString()) is { } pause)
        {
            throw ApiException.RateLimited(pause);
        }
    }

    private async Task ServeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        if (endpoint is null && context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
        {
            throw new ApiException(404, "not_found", "There is no such route: /openapi/v1.json lists them.");
        }

        if (context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
        {
            Needs.Of(endpoint!).Check(context);
        }

        await next(context);
    }

    public static bool IsLoopback(HttpContext context) =>
        context.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    public static string AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "local";

    private void CheckHost(HttpContext context)
    {
        if (!hosts.Knows(context.Request.Host))
        {
            throw new ApiException(
                403, "foreign_host", $"This hub does not go by the name \"{context.Request.Host.Host}\": open it by its own address, or add the name to hub.hosts.");
        }

        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length > 0 && !hosts.IsOwnOrigin(origin, context.Request))
        {
            throw new ApiException(403, "foreign_origin", "A page of another site may not use this hub.");
        }
    }

    private void CheckClaimed(HttpContext context)
    {
        var claiming = context.Request.Path.Equals("/api/v1/claim", StringComparison.OrdinalIgnoreCase) && HttpMethods.IsPost(context.Request.Method);
        // The claim page and what it loads hold nothing that is secret; without them no phone could claim.
        var page = SiteFiles.IsPart(context.Request.Path) && context.GetEndpoint()?.Metadata.GetMetadata<ClaimPage>() is not null;
        if (!claim.Claimed && !claiming && !page && !IsLoopback(context))
        {
            throw new ApiException(
                503, "unclaimed", "This hub has no owner yet: open the one-time link that it printed (muster owner link prints a new one).");
        }
    }

    private static void CheckAntiforgery(HttpContext context, SignedIn caller)
    {
        var reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (caller.ByCookie && !reads && context.Request.Headers[AntiforgeryHeader] != "1")
        {
            throw ApiException.Forbidden($"A request that is signed in by a cookie needs the header {AntiforgeryHeader}: 1.");
        }
    }
}

/// <summary>Marks what a browser loads to claim a hub.</summary>
internal sealed record ClaimPage;

/// <summary>How often an address and a user may call.</summary>
internal sealed class ApiLimits(HubOptions options)
{
    private const int Burst = 3;

    public RateLimit PerAddress { get; } = new(options.RequestsPerSecond * (double)Burst, options.RequestsPerSecond, options.Time);

    public RateLimit PerUser { get; } = new(options.RequestsPerSecond * (double)Burst, options.RequestsPerSecond, options.Time);

    public RateLimit Claims { get; } = new(5, 1 / 20.0, options.Time);

    /// <summary>Accounts that are asked for, and tokens of one use that were wrong: a class behind one address comes in, a guesser does not.</summary>
    public RateLimit Joining { get; } = new(40, 1 / 10.0, options.Time);
}
