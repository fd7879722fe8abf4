using System.Text.Json.Serialization;

namespace Muster.Node.Copies;

[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class CopyJson : JsonSerializerContext;
