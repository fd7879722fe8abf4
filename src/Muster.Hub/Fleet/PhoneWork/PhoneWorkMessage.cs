using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Hub.Fleet.PhoneWork;

/// <summary>Any message of the dialect; <see cref="Type"/> says which fields matter.</summary>
internal sealed record PhoneWorkMessage(string Type)
{
    public string? Id { get; init; }
    public string? NodeId { get; init; }
    public IReadOnlyList<string?>? ServesUsers { get; init; }
    public string? WorkingDir { get; init; }
    public IReadOnlyList<string?>? Capabilities { get; init; }
    public string? DisplayName { get; init; }
    public string? UserId { get; init; }
    public string? ChatId { get; init; }
    public string? Text { get; init; }
    public string? Reply { get; init; }
    public string? Error { get; init; }
    public string? TaskId { get; init; }
    public string? Result { get; init; }

    /// <exception cref="JsonException">Not such an object.</exception>
    public static PhoneWorkMessage Parse(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize(utf8, PhoneWorkJson.Default.PhoneWorkMessage) is { Type: not null } message
            ? message
            : throw new JsonException("a message is an object with a type");

    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, PhoneWorkJson.Default.PhoneWorkMessage);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PhoneWorkMessage))]
internal sealed partial class PhoneWorkJson : JsonSerializerContext;
