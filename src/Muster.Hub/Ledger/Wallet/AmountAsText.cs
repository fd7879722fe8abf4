using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Hub.Api;

namespace Muster.Hub.Ledger.Wallet;

/// <summary>Amounts are text in JSON, so that no program rounds them; whoever sends a number is told so.</summary>
internal sealed class AmountAsText : JsonConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType == JsonTokenType.String
        ? reader.GetString()
        : throw ApiException.Invalid("amount", "The amount is not text.", "Write it in quotation marks, such as \"5.000000\".");

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
