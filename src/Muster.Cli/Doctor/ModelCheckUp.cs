using Muster.Agents.Providers;
using Muster.Cli.Composition;

namespace Muster.Cli.Doctor;

/// <summary>Whether a model is configured, and whether its endpoint takes its key and has it.</summary>
internal sealed class ModelCheckUp : ICheck
{
    public async Task<IReadOnlyList<Finding>> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Configuration.Problems.Count > 0)
        {
            return []; // the configuration's own check lists them
        }

        var models = ModelConfiguration.Read(context.Configuration);
        return models.Count == 0
            ? [new Finding("model", CheckState.Warning, "none is configured; the offline rules answer plain requests", "Set a key, for example OPENAI_API_KEY, VOLC_API_KEY or ANTHROPIC_API_KEY, or models.NAME in muster.yaml (docs/configuration.md).")]
            : await Task.WhenAll(models.Select(model => CheckAsync(model, context, cancellationToken)));
    }

    private static async Task<Finding> CheckAsync(ModelOptions model, CommandContext context, CancellationToken cancellationToken)
    {
        var health = await ModelCheck.CheckAsync(model, context.Time, cancellationToken);
        return health.Kind == ModelHealthKind.Ok
            ? new Finding("model " + model.Name, CheckState.Ok, health.Sentence)
            : new Finding("model " + model.Name, CheckState.Problem, health.Sentence, "See the model's settings with: muster config show");
    }
}
