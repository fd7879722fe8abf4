using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Hub.Jobs.Store;

/// <summary>How the plan of a job is kept.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(JobPlan))]
internal sealed partial class PlanJson : JsonSerializerContext
{
    public static byte[] Write(JobPlan plan) => JsonSerializer.SerializeToUtf8Bytes(plan, Default.JobPlan);

    public static JobPlan Read(byte[] json) => JsonSerializer.Deserialize(json, Default.JobPlan)!;
}
