using Muster.Hub.Api;

namespace Muster.Hub.Jobs.Spec;

internal enum SpecFormat
{
    Yaml,
    Json,
}

/// <summary>A local file of the submitter that is an artifact by now.</summary>
/// <param name="Sha256">64 hexadecimal digits.</param>
internal sealed record SpecFile(string Sha256, long Size);

/// <param name="Plan">Null when there are errors, or files that are missing.</param>
/// <param name="Payloads">One for each task, in the order of the tasks of the whole job, empty where a task has none; null where no step has any.</param>
/// <param name="MissingFiles">Local files that the spec names and nobody has uploaded, as it names them, in its order.</param>
internal sealed record CompiledSpec(
    JobPlan? Plan,
    IReadOnlyList<ReadOnlyMemory<byte>>? Payloads,
    IReadOnlyList<string> MissingFiles,
    IReadOnlyList<FieldError> Errors);
