using Muster.Agents.Messages;

namespace Muster.Agents.Providers.Failures;

/// <summary>Why a call failed, as a sentence for a person and as a kind for the loop.</summary>
internal sealed record ModelProblem(string Sentence, ModelFailure Failure);

internal sealed class ModelProblemException(ModelProblem problem) : Exception(problem.Sentence)
{
    public ModelProblem Problem { get; } = problem;
}
