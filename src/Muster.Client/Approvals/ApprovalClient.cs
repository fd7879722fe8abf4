using System.Text.Json;
using Muster.Client.Accounts;
using Muster.Client.Http;

namespace Muster.Client.Approvals;

/// <summary>A tool call that waits for a person's yes. <see cref="State"/> is <c>waiting</c>, <c>allowed</c>, <c>denied</c> or <c>expired</c>.</summary>
public sealed record ApprovalInfo(
    string Id, string ConversationId, string RunId, string? Node, string Tool, JsonElement Arguments, string? Folder)
{
    public string? Reason { get; init; }
    public string State { get; init; } = "waiting";
    public string? AnsweredBy { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What a file would become, as a unified diff; empty for other calls.</summary>
    public string Preview { get; init; } = "";

    /// <summary>SHA-256 of all that is decided about.</summary>
    public string Digest { get; init; } = "";
}

internal sealed record DecisionRequest(string Decision, string? Digest, bool Remember);

/// <summary>Approvals; answering needs the scope <c>approve</c>.</summary>
public sealed class ApprovalClient
{
    private readonly Transport _transport;

    internal ApprovalClient(Transport transport) => _transport = transport;

    /// <summary>Those that wait.</summary>
    public async Task<IReadOnlyList<ApprovalInfo>> ListAsync(CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync("api/v1/approvals", ClientJson.Default.PageApprovalInfo, cancellationToken)).Items;

    /// <summary>Answers with a password, for a program whose own credential lacks the scope: the token it gets is used once and forgotten.</summary>
    /// <exception cref="MusterException">Code <c>wrong_credentials</c>, or <c>answered</c> when somebody was first or it expired.</exception>
    public async Task<ApprovalInfo> AnswerAsync(ApprovalInfo approval, bool allow, string username, string password, CancellationToken cancellationToken = default)
    {
        var login = await _transport.PostAsync(
            "api/v1/login",
            new LoginRequest(username, password, Approve: true),
            ClientJson.Default.LoginRequest,
            ClientJson.Default.LoginAnswer,
            cancellationToken);
        return await new ApprovalClient(_transport.As(login.AccessToken)).AnswerAsync(approval, allow, remember: false, cancellationToken);
    }

    /// <summary>Answers what was listed, and nothing that it has become since.</summary>
    /// <param name="remember">The same call is not asked about again in its conversation.</param>
    /// <exception cref="MusterException">Code <c>answered</c> when somebody was first or it expired, <c>changed</c> when something else would be done now.</exception>
    public Task<ApprovalInfo> AnswerAsync(ApprovalInfo approval, bool allow, bool remember = false, CancellationToken cancellationToken = default) =>
        _transport.PostAsync(
            "api/v1/approvals/" + Uri.EscapeDataString(approval.Id),
            new DecisionRequest(allow ? "allow" : "deny", approval.Digest.Length == 0 ? null : approval.Digest, remember),
            ClientJson.Default.DecisionRequest,
            ClientJson.Default.ApprovalInfo,
            cancellationToken);
}
