using System.Text.Json.Serialization;

namespace Muster.Cli.Bench;

[JsonSerializable(typeof(string))]
internal sealed partial class BenchJson : JsonSerializerContext;
