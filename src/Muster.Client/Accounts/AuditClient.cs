using Muster.Client.Http;

namespace Muster.Client.Accounts;

/// <summary>The record of who did what, for owners and admins (scope <c>manage</c>).</summary>
public sealed class AuditClient
{
    private readonly Transport _transport;

    internal AuditClient(Transport transport) => _transport = transport;

    /// <summary>Newest first.</summary>
    /// <param name="action">Such as <c>user.role</c>, or <c>user</c> for all of a kind.</param>
    /// <param name="after">The last page's <c>Next</c>.</param>
    public Task<Page<AuditEntry>> ListAsync(string? user = null, string? action = null, int limit = 100, string? after = null, CancellationToken cancellationToken = default)
    {
        var filters = new[] { ("user", user), ("action", action), ("after", after) }.Where(filter => filter.Item2 is not null).Select(filter => $"&{filter.Item1}={Uri.EscapeDataString(filter.Item2!)}");
        return _transport.GetAsync($"api/v1/audit?limit={limit}{string.Concat(filters)}", ClientJson.Default.PageAuditEntry, cancellationToken);
    }

    /// <summary>Whether every entry is as it was written and none was taken out.</summary>
    public Task<AuditCheck> VerifyAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync("api/v1/audit/verification", ClientJson.Default.AuditCheck, cancellationToken);
}
