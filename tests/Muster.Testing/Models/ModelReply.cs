using System.Text.Json.Nodes;

namespace Muster.Testing.Models;

/// <summary>What an <see cref="OpenAiDouble"/> answers to one request.</summary>
public sealed record ModelReply
{
    /// <summary>Run lazily while the answer is written, so a generator may take a time stamp per piece.</summary>
    public IEnumerable<ReplyStep> Steps { get; init; } = [];

    /// <summary>Null: tool_calls if a step is a call, else stop.</summary>
    public string? Finish { get; init; }

    public (int Prompt, int Completion, int Cached)? Usage { get; init; } = (10, 5, 0);

    /// <summary>Some servers put usage into the finish chunk and not into one of its own.</summary>
    public bool UsageInFinishChunk { get; init; }

    public bool Done { get; init; } = true;

    public string LineEnd { get; init; } = "\n";

    /// <summary>Writes and flushes so many bytes at a time, to split events and characters; 0 flushes per step.</summary>
    public int ChunkBytes { get; init; }

    /// <summary>Answers with one JSON object even if a stream was asked for.</summary>
    public bool Whole { get; init; }

    /// <summary>Answers 200 with this HTML, as a web server at a wrong base URL does.</summary>
    public string? Page { get; init; }

    /// <summary>Stands before the first byte, headers included.</summary>
    public Gate? Before { get; init; }

    /// <summary>Not 200: <see cref="ErrorBody"/> is sent in place of the steps.</summary>
    public int Status { get; init; } = 200;

    public string ErrorBody { get; init; } = "";
    public string ErrorType { get; init; } = "application/json";
    public IReadOnlyDictionary<string, string> Headers { get; init; } = NoHeaders;

    private static IReadOnlyDictionary<string, string> NoHeaders { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    public static ModelReply Of(params IEnumerable<ReplyStep> steps) => new() { Steps = steps };

    public static ModelReply Text(params string[] pieces) => Of(pieces.Select(piece => new ReplyStep.Text(piece)));

    /// <param name="arguments">JSON.</param>
    public static ModelReply Call(string name, string arguments = "{}", string id = "call_1") =>
        Of(new ReplyStep.Call(0, id, name, arguments));

    /// <summary>Several calls in one answer, with ids call_1, call_2, ….</summary>
    public static ModelReply Calls(params (string Name, string Arguments)[] calls) =>
        Of(calls.Select((call, index) => new ReplyStep.Call(index, $"call_{index + 1}", call.Name, call.Arguments)));

    public static ModelReply Error(int status, string message, string? code = null, string? retryAfter = null) => new()
    {
        Status = status,
        ErrorBody = Wire.Text(new JsonObject
        {
            ["error"] = new JsonObject { ["message"] = message, ["type"] = "error", ["param"] = null, ["code"] = code },
        }),
        Headers = retryAfter is null ? NoHeaders : new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Retry-After"] = retryAfter },
    };

    public static ModelReply RateLimited(string? retryAfter = null) =>
        Error(429, "Rate limit reached for requests", "rate_limit_exceeded", retryAfter);

    public static ModelReply OutOfQuota { get; } =
        Error(429, "You exceeded your current quota, please check your plan and billing details.", "insufficient_quota");
}
