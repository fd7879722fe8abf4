using Muster.Hub.Jobs.Spec.Reading;

namespace Muster.Hub.Jobs.Spec.Steps;

/// <summary>A step whose references to others are not looked up yet.</summary>
internal sealed record StepDraft(SpecNode Node, StepPlan Plan)
{
    public IReadOnlyList<StepReference> After { get; init; } = [];

    /// <summary>One for each input that comes from a step, with the place of the input in the plan.</summary>
    public IReadOnlyList<(StepReference Step, int Input)> From { get; init; } = [];

    public StepPayloads? Payloads { get; init; }
}

internal sealed record StepReference(SpecNode Node, string Id);

/// <summary>What the tasks of a step are called with: one value for all, or one for each.</summary>
internal sealed record StepPayloads(IReadOnlyList<ReadOnlyMemory<byte>> Values, bool ForEach)
{
    public ReadOnlyMemory<byte> Of(int task) => Values[ForEach ? task : 0];
}
