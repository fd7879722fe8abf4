using System.Text.Json.Serialization;

namespace Muster.Samples.Squares;

/// <summary>How arguments and results are written and read; made at compile time, so it also works in a trimmed program.</summary>
[JsonSerializable(typeof(long))]
internal sealed partial class SampleJson : JsonSerializerContext;
