namespace Muster.Hub.Api;

/// <summary>What a request is answered with when it cannot be done: a status, a stable code and a sentence for a person.</summary>
public sealed class ApiException(int status, string code, string detail, IReadOnlyList<FieldError>? errors = null) : Exception(detail)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public IReadOnlyList<FieldError> Errors { get; } = errors ?? [];

    public TimeSpan? RetryAfter { get; init; }

    public static ApiException Unauthenticated() =>
        new(401, "unauthenticated", "Sign in first: this needs a session, an access token or a key (muster login).");

    public static ApiException ScopeMissing(string scope) =>
        new(403, "scope_missing", $"This credential lacks the scope \"{scope}\": sign in with the password instead.");

    public static ApiException Forbidden(string detail) => new(403, "forbidden", detail);

    public static ApiException NotFound(string what) => new(404, "not_found", $"There is no {what} that you may see.");

    public static ApiException Conflict(string detail) => new(409, "conflict", detail);

    public static ApiException Invalid(string field, string message, string fix) =>
        new(422, "invalid", $"{message} {fix}", [new FieldError(field, null, message, fix)]);

    public static ApiException RateLimited(TimeSpan wait) =>
        new(429, "rate_limited", $"Too many tries: wait {Math.Ceiling(wait.TotalSeconds):0} s and try again.") { RetryAfter = wait };
}

public sealed record FieldError(string Field, int? Line, string Message, string Fix);

/// <summary>RFC 9457 problem details.</summary>
public sealed record ApiProblem(string Type, string Title, int Status, string Detail, string Code, IReadOnlyList<FieldError> Errors);
