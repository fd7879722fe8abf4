using System.Security.Cryptography;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Audit;
using Muster.Hub.Api;
using Muster.Hub.Fleet.Workers;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Fleet.Enrolment;

/// <summary>How a machine comes to have a credential.</summary>
internal static class EnrolmentApi
{
    public static void MapEnrolment(this IEndpointRouteBuilder routes)
    {
        var options = routes.ServiceProvider.GetRequiredService<FleetOptions>();
        routes.MapPost("/api/v1/enrolments", OfferAsync).Needing(Scopes.Manage, Role.Member).Produces<EnrolmentAnswer>();
        routes.MapPost("/api/v1/workers", AdmitAsync).Needing(Scopes.Run, Role.Member).Produces<WorkerAnswer>();
        routes.MapPost("/api/v1/nodes/{id}/rotate", RotateAsync).Needing(Scopes.Manage, Role.Member).Produces<EnrolmentAnswer>();
        routes.MapPost("/api/v1/enrol", EnrolAsync).NeedingNobody().Produces<EnrolAnswer>().AddEndpointFilter(Limit(options.EnrolmentsPerMinute));
    }

    private static async Task<IResult> OfferAsync(EnrolmentRequest? request, HttpContext context, Enrolments enrolments, FleetOptions options, NodeDirectory nodes, AuditLog audit)
    {
        if (request?.Name is { } asked && nodes.FindByName(NodeName.Checked(asked)) is not null)
        {
            throw NodeRights.NameTaken(asked, NodeName.Free(asked, candidate => nodes.FindByName(candidate) is not null));
        }

        var offer = await enrolments.OfferAsync(
            context.Caller().User, request?.Name, node: null, tx => audit.Add(tx, AuditActor.Of(context), "node.offer", request?.Name ?? ""), context.RequestAborted);
        return Answer(offer, context.Request, options);
    }

    private static async Task<IResult> RotateAsync(string id, HttpContext context, Enrolments enrolments, FleetOptions options, NodeDirectory nodes, AuditLog audit)
    {
        var caller = context.Caller();
        if (caller.FindNode(nodes, id, manage: true) is not { Dialect: NodeDialect.Muster } node)
        {
            throw NodeRights.Unknown(id);
        }

        var offer = await enrolments.OfferAsync(
            caller.User, node.Name, node.Id, tx => audit.Add(tx, AuditActor.Of(context), "node.rotate", node.Name), context.RequestAborted);
        return Answer(offer, context.Request, options);
    }

    private static IResult Answer((string Secret, DateTimeOffset ExpiresAt) offer, HttpRequest http, FleetOptions options)
    {
        var (url, fingerprint) = options.Reached(http);
        var token = new EnrolmentToken(url, fingerprint, offer.Secret).ToString();
        return Results.Json(new EnrolmentAnswer(token, offer.ExpiresAt, $"muster node join {token}"), FleetJson.Default.EnrolmentAnswer);
    }

    private static async Task<IResult> AdmitAsync(WorkerRequest request, WorkerDesk desk, HttpContext context)
    {
        var (key, machine) = CheckedKey(request.PublicKey, request.MachineId);
        var answer = await desk.AdmitAsync(context.Caller().User, request.Name, key, machine, context.RequestAborted);
        return Results.Json(answer, FleetJson.Default.WorkerAnswer);
    }

    private static (byte[] Key, string MachineId) CheckedKey(string? publicKey, string? machineId)
    {
        if (ReadKey(publicKey) is not { } key)
        {
            throw ApiException.Invalid("public_key", "public_key is not a P-256 public key:", "send the base64 of its SubjectPublicKeyInfo.");
        }

        return string.IsNullOrWhiteSpace(machineId) || machineId.Length > 128
            ? throw ApiException.Invalid("machine_id", "machine_id is missing or too long:", "send 1 to 128 characters that name this installation.")
            : (key, machineId);
    }

    private static async Task<IResult> EnrolAsync(EnrolRequest request, Enrolments enrolments, FleetPeople people, AuditLog audit, HttpContext context)
    {
        var (key, machine) = CheckedKey(request.PublicKey, request.MachineId);
        void Joined(Transaction tx, Id<User> owner, EnrolmentOutcome made) => audit.Add(
            tx, new AuditActor(owner.ToString(), people.NameOf(owner) ?? "", "", Doorkeeper.AddressOf(context)), "node.join", made.Name, made.Node.ToString());
        var outcome = await enrolments.EnrolAsync(request.Secret ?? "", key, NodeName.Checked(request.Name), machine, Joined, context.RequestAborted);
        return outcome switch
        {
            { Node.IsEmpty: false } => Results.Json(new EnrolAnswer(outcome.Node.ToString(), outcome.Name, outcome.Credential), FleetJson.Default.EnrolAnswer),
            { FreeName: { } free } => throw NodeRights.NameTaken(outcome.Name, free),
            _ => throw new ApiException(401, "enrolment_token", "This enrolment token is wrong, was used already or is older than an hour: make a new one on the hub."),
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

    /// <summary>Tries that fail count; a class that joins thirty machines from behind one address is no attack.</summary>
    private static Func<EndpointFilterInvocationContext, EndpointFilterDelegate, ValueTask<object?>> Limit(int perMinute)
    {
        var limiter = PartitionedRateLimiter.Create<HttpContext, string>(http => RateLimitPartition.GetFixedWindowLimiter(
            $"{http.Connection.RemoteIpAddress}",
            _ => new FixedWindowRateLimiterOptions { PermitLimit = perMinute, Window = TimeSpan.FromMinutes(1) }));
        return async (context, next) =>
        {
            using (var lease = limiter.AttemptAcquire(context.HttpContext, permitCount: 0))
            {
                if (!lease.IsAcquired)
                {
                    throw ApiException.RateLimited(lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromMinutes(1));
                }
            }

            try
            {
                return await next(context);
            }
            catch (ApiException)
            {
                limiter.AttemptAcquire(context.HttpContext).Dispose();
                throw;
            }
        };
    }
}
