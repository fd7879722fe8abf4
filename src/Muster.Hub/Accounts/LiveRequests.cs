using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Muster.Hub.Accounts;

/// <summary>
/// Requests that go on, with who makes them: what was taken from a user ends streams and downloads too, not only what is asked
/// from then on.
/// </summary>
internal sealed class LiveRequests(KnownCallers known)
{
    private readonly ConcurrentDictionary<HttpContext, SignedIn> _live = new(ReferenceEqualityComparer.Instance);

    /// <inheritdoc cref="KnownCallers.Version"/>
    public long Version => known.Version;

    public void Begin(HttpContext context, SignedIn caller) => _live[context] = caller;

    public void End(HttpContext context) => _live.TryRemove(context, out _);

    /// <summary>Call after the commit that took something from this user.</summary>
    /// <param name="which">Which of the user's credentials no longer work.</param>
    /// <param name="except">The request that did it, which is still to be answered.</param>
    public void Cut(string user, Func<SignedIn, bool> which, HttpContext? except = null)
    {
        known.Forget(user);
        foreach (var (context, caller) in _live)
        {
            if (caller.User.ToString() == user && context != except && which(caller))
            {
                context.Abort();
            }
        }
    }
}
