using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Agents.Tools;

namespace Muster.Node.Tools.Web;

/// <summary>What this machine itself saw of a page.</summary>
/// <param name="Status">The HTTP status of the last answer.</param>
internal sealed record WebDetails(int Status)
{
    public static JsonElement Of(int status) => JsonSerializer.SerializeToElement(new WebDetails(status), WebJson.Default.WebDetails);

    /// <summary>Null where no server answered, or another service read the page.</summary>
    public static int? StatusIn(ToolResult result) =>
        result.Details is { ValueKind: JsonValueKind.Object } details && details.TryGetProperty("status", out var status) && status.TryGetInt32(out var number) ? number : null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(WebDetails))]
internal sealed partial class WebJson : JsonSerializerContext;
