using System.Text.RegularExpressions;
using Muster.Agents.Messages;

namespace Muster.Agents.Providers.Failures;

/// <summary>From what an endpoint said to what the loop should do about it.</summary>
internal static partial class FailureRules
{
    // OpenAI, Ark and Zhipu (digits): the account must be topped up or changed, so a retry is useless.
    private static readonly HashSet<string> QuotaCodes = new(StringComparer.OrdinalIgnoreCase)
    {
        "insufficient_quota", "billing_hard_limit_reached", "AccountOverdueError", "QuotaExceeded",
        "1113", "1304", "1308", "1309", "1310", "1311", "1313",
    };

    private static readonly HashSet<string> OverflowCodes = new(StringComparer.OrdinalIgnoreCase)
    {
        "context_length_exceeded", "request_too_large", "model_context_window_exceeded", "1261",
    };

    public static bool IsQuota(ErrorReply reply) => reply.Status == 402 || QuotaCodes.Contains(reply.Code);

    public static ModelFailureKind Kind(ErrorReply reply) => reply switch
    {
        _ when IsQuota(reply) => ModelFailureKind.Refused,
        _ when IsOverflow(reply) => ModelFailureKind.Overflow,
        { Status: 401 or 403 } => ModelFailureKind.Refused,
        { ShouldRetry: true } => ModelFailureKind.Transient,
        { ShouldRetry: false } => ModelFailureKind.Invalid,
        { Status: 408 or 409 or 429 or >= 500 } => ModelFailureKind.Transient,
        _ => ModelFailureKind.Invalid,
    };

    private static bool IsOverflow(ErrorReply reply) =>
        reply.Status is not (401 or 403 or 404 or 429)
        && !Throttled.IsMatch(reply.Message)
        && (reply.Status == 413 || OverflowCodes.Contains(reply.Code) || Overflow.IsMatch(reply.Message));

    // One line per wording, in this order: Anthropic, Bedrock, OpenAI, Gemini, xAI, Groq, OpenRouter, Copilot, llama.cpp,
    // LM Studio, MiniMax, Kimi, Mistral, Zhipu, Ollama, Ark, DashScope, then what many say.
    [GeneratedRegex(
        """
        prompt\ is\ too\ long | request_too_large
        | input\ is\ too\ long\ for\ requested\ model
        | exceeds\ the\ context\ window
        | input\ token\ count.*exceeds\ the\ maximum
        | maximum\ prompt\ length\ is\ \d+
        | reduce\ the\ length\ of\ the\ messages
        | maximum\ context\ length\ is\ \d+
        | exceeds\ the\ limit\ of\ \d+
        | exceeds\ the\ available\ context\ size
        | greater\ than\ the\ context\ length
        | context\ window\ exceeds\ limit
        | exceeded\ model\ token\ limit
        | too\ large\ for\ model\ with\ \d+\ maximum\ context
        | model_context_window_exceeded
        | prompt\ too\ long;\ exceeded
        | exceed\ max(imum)?\ message\ tokens | input\ length\ \d+\ exceeds\ the\ maximum
        | range\ of\ input\ length\ should\ be
        | context[_\ ]length[_\ ]exceeded | token\ limit\ exceeded | too\ many\ tokens
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant,
        1000)]
    private static partial Regex Overflow { get; }

    [GeneratedRegex("^(throttling error|service unavailable):|rate limit|too many requests|per minute", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Throttled { get; }
}
