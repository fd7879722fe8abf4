using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Client.Wallet;

/// <summary>CPT cross the wire as text with six decimals, so that no program rounds them.</summary>
public sealed class CreditsAsText : JsonConverter<decimal>
{
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        decimal.TryParse(reader.GetString(), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var credits)
            ? credits
            : throw new JsonException("Expected an amount such as \"5.000000\".");

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteStringValue(Text(value));

    /// <summary>At least six decimals; more are kept, for the hub to refuse.</summary>
    public static string Text(decimal credits) => credits.ToString("0.000000######################", CultureInfo.InvariantCulture);
}
