namespace Muster.Client;

/// <summary>
/// A hub refused a request or could not be reached. <see cref="Exception.Message"/> is a sentence for a person;
/// <see cref="Code"/> is stable and meant for programs.
/// </summary>
public sealed class MusterException : Exception
{
    public MusterException(int status, string code, string detail, IReadOnlyList<FieldProblem>? errors = null, Exception? inner = null)
        : base(detail, inner)
    {
        Status = status;
        Code = code;
        Errors = errors ?? [];
    }

    /// <summary>The HTTP status, or 0 when no answer came.</summary>
    public int Status { get; }

    /// <summary>As in the API's error table: <c>unauthenticated</c>, <c>not_found</c>, ...; without an answer
    /// <c>unreachable</c> or <c>wrong_fingerprint</c>.</summary>
    public string Code { get; }

    public string Detail => Message;

    public IReadOnlyList<FieldProblem> Errors { get; }

    /// <summary>Asked to wait by the hub, with how long.</summary>
    public TimeSpan? RetryAfter { get; init; }

    internal bool IsUnreachable => Status == 0 && Code == "unreachable";
}

/// <summary>One mistake in what was sent.</summary>
/// <param name="Line">1-based, where the input has lines.</param>
/// <param name="Fix">What to write instead.</param>
public sealed record FieldProblem(string? Field, int? Line, string? Message, string? Fix);
