using System.Text.Json.Serialization;

namespace Muster.Agents.Messages;

/// <summary>Why a model call failed, as far as it decides what happens next.</summary>
/// <param name="RetryAfter">What the server asked for, if it did.</param>
public sealed record ModelFailure(ModelFailureKind Kind, int? Status = null, TimeSpan? RetryAfter = null);

[JsonConverter(typeof(JsonStringEnumConverter<ModelFailureKind>))]
public enum ModelFailureKind
{
    /// <summary>Overloaded, rate limited, 5xx or a broken connection: worth another try.</summary>
    [JsonStringEnumMemberName("transient")] Transient,
    /// <summary>The context is too long: worth a compaction.</summary>
    [JsonStringEnumMemberName("overflow")] Overflow,
    /// <summary>The key is missing, wrong, or out of quota: a person must act.</summary>
    [JsonStringEnumMemberName("refused")] Refused,
    /// <summary>Anything else: the same request would fail again.</summary>
    [JsonStringEnumMemberName("invalid")] Invalid,
}
