using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Muster.Protocol.Ids;

namespace Muster.Hub.Fleet.Enrolment;

/// <summary>How a machine comes to have a credential.</summary>
internal static class EnrolmentApi
{
    public static void MapEnrolment(this IEndpointRouteBuilder routes)
    {
        var options = routes.ServiceProvider.GetRequiredService<FleetOptions>();
        routes.MapPost("/api/v1/enrolments", OfferAsync).RequireAuthorization("manage").Produces<EnrolmentAnswer>();
        routes.MapPost("/api/v1/nodes/{id}/rotate", RotateAsync).RequireAuthorization("manage").Produces<EnrolmentAnswer>();
        routes.MapPost("/api/v1/enrol", EnrolAsync).AllowAnonymous().Produces<EnrolAnswer>().AddEndpointFilter(Limit(options.EnrolmentsPerMinute));
    }

    private static async Task<IResult> OfferAsync(
        EnrolmentRequest? request, HttpRequest http, ClaimsPrincipal user, Enrolments enrolments, FleetOptions options, NodeDirectory nodes, CancellationToken cancel)
    {
        if (request?.Name is { } name)
        {
            if (!NodeName.IsValid(name))
            {
                return FleetProblems.Invalid($"\"{name}\" cannot be a machine's name: {NodeName.Rule}.");
            }

            if (nodes.FindByName(name) is not null)
            {
                return FleetProblems.NameTaken(name, NodeName.Free(name, candidate => nodes.FindByName(candidate) is not null));
            }
        }

        return Answer(await enrolments.OfferAsync(Caller.Id(user), request?.Name, node: null, cancel), http, options);
    }

    private static async Task<IResult> RotateAsync(
        string id, HttpRequest http, ClaimsPrincipal user, Enrolments enrolments, FleetOptions options, NodeDirectory nodes, CancellationToken cancel)
    {
        if (Caller.Find(nodes, user, id, manage: true) is not { Dialect: NodeDialect.Muster } node)
        {
            return FleetProblems.NotFound(id);
        }

        return Answer(await enrolments.OfferAsync(Caller.Id(user), node.Name, node.Id, cancel), http, options);
    }

    private static IResult Answer((string Secret, DateTimeOffset ExpiresAt) offer, HttpRequest http, FleetOptions options)
    {
        var (url, fingerprint) = options.Reached(http);
        var token = new EnrolmentToken(url, fingerprint, offer.Secret).ToString();
        return Results.Json(new EnrolmentAnswer(token, offer.ExpiresAt, $"muster node join {token}"), FleetJson.Default.EnrolmentAnswer);
    }

    private static async Task<IResult> EnrolAsync(EnrolRequest request, Enrolments enrolments, CancellationToken cancel)
    {
        if (ReadKey(request.PublicKey) is not { } key)
        {
            return FleetProblems.Invalid("public_key must be the base64 of a P-256 public key (SubjectPublicKeyInfo).");
        }

        if (string.IsNullOrWhiteSpace(request.MachineId) || request.MachineId.Length > 128)
        {
            return FleetProblems.Invalid("machine_id must be 1 to 128 characters that name this installation.");
        }

        if (request.Name is not { } name || !NodeName.IsValid(name))
        {
            return FleetProblems.Invalid($"\"{request.Name}\" cannot be a machine's name: {NodeName.Rule}.");
        }

        var outcome = await enrolments.EnrolAsync(request.Secret ?? "", key, name, request.MachineId, cancel);
        return outcome switch
        {
            { Node.IsEmpty: false } => Results.Json(new EnrolAnswer(outcome.Node.ToString(), outcome.Name, outcome.Credential), FleetJson.Default.EnrolAnswer),
            { FreeName: { } free } => FleetProblems.NameTaken(outcome.Name, free),
            _ => FleetProblems.Problem(401, "enrolment_token", "This enrolment token is wrong, was used already or is older than an hour: make a new one on the hub."),
        };
    }

    private static byte[]? ReadKey(string? text)
    {
        try
        {
            var bytes = Convert.FromBase64String(text ?? "");
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(bytes, out var read);
            return read == bytes.Length && key.KeySize == 256 && key.ExportParameters(false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value ? bytes : null;
        }
        catch (Exception error) when (error is FormatException or CryptographicException)
        {
            return null;
        }
    }

    private static Func<EndpointFilterInvocationContext, EndpointFilterDelegate, ValueTask<object?>> Limit(int perMinute)
    {
        var limiter = PartitionedRateLimiter.Create<HttpContext, string>(http => RateLimitPartition.GetFixedWindowLimiter(
            $"{http.Connection.RemoteIpAddress}",
            _ => new FixedWindowRateLimiterOptions { PermitLimit = perMinute, Window = TimeSpan.FromMinutes(1) }));
        return async (context, next) =>
        {
            using var lease = limiter.AttemptAcquire(context.HttpContext);
            if (lease.IsAcquired)
            {
                return await next(context);
            }

            var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromMinutes(1);
            context.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return FleetProblems.Problem(429, "rate_limited", "Too many tries to join from this address: wait a minute and try again.");
        };
    }
}
