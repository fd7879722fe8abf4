using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts;

namespace Muster.Hub.Api;

/// <summary>What the caller of a route must hold; set once per group. A route of the API without it needs <see cref="Scopes.Ask"/>.</summary>
public sealed record Needs(Scopes Scope, Role Role = Role.Guest)
{
    public static readonly Needs Nobody = new(Scopes.None);

    /// <summary>Also understands the framework's own marks: a policy is the name of a scope.</summary>
    public static Needs Of(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<Needs>()
        ?? (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null ? Nobody
            : endpoint.Metadata.GetMetadata<IAuthorizeData>()?.Policy is { } scope ? new Needs(ScopeNames.Parse(scope))
            : new Needs(Scopes.Ask));
}

public static class NeedsOfRoutes
{
    public static T Needing<T>(this T builder, Scopes scope, Role role = Role.Guest)
        where T : IEndpointConventionBuilder => builder.WithMetadata(new Needs(scope, role));

    /// <summary>Anyone may call it, signed in or not.</summary>
    public static T NeedingNobody<T>(this T builder)
        where T : IEndpointConventionBuilder => builder.WithMetadata(Needs.Nobody);

    internal static void Check(this Needs needs, HttpContext context)
    {
        if (needs.Scope == Scopes.None)
        {
            return;
        }

        var caller = context.Caller();
        if (caller.Role < needs.Role)
        {
            throw ApiException.Forbidden($"Only an account with the role {needs.Role.ToString().ToLowerInvariant()} may do this.");
        }

        if (!caller.Scopes.HasFlag(needs.Scope))
        {
            throw ApiException.ScopeMissing(needs.Scope.Name());
        }
    }
}
