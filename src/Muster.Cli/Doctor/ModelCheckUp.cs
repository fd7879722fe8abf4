using Muster.Agents.Offline;
using Muster.Agents.Providers;
using Muster.Cli.Composition;
using Muster.Cli.State;
using Muster.Cli.Talk;
using Muster.Client;

namespace Muster.Cli.Doctor;

/// <summary>Whether a model is configured, and whether its endpoint takes its key and has it.</summary>
internal sealed class ModelCheckUp : ICheck
{
    public string Name => "model";

    public async Task<IReadOnlyList<Finding>> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (HubFile.Live(context.Home) is not null)
        {
            return await OfMachinesAsync(context, cancellationToken);
        }

        if (context.Configuration.Problems.Count > 0)
        {
            return []; // the configuration's own check lists them
        }

        var models = ModelConfiguration.Read(context.Configuration);
        return models.Count == 0
            ? [new Finding("model", CheckState.Warning, "none is configured; the offline rules answer plain requests", "Set a key, for example OPENAI_API_KEY, VOLC_API_KEY or ANTHROPIC_API_KEY, or models.NAME in muster.yaml (docs/configuration.md).")]
            : await Task.WhenAll(models.Select(model => CheckAsync(model, context, cancellationToken)));
    }

    /// <summary>While a hub runs its machines answer, with their own settings and not with those of this shell. A program that serves functions is none.</summary>
    private static async Task<IReadOnlyList<Finding>> OfMachinesAsync(CommandContext context, CancellationToken cancellationToken)
    {
        try
        {
            await using var hub = HubConnection.Open(context);
            var nodes = await hub.Client.Nodes.ListAsync(cancellationToken);
            return [.. nodes.Where(node => node is { Status: not "offline", Dialect: not "worker" }).Select(node => node.Model is { Length: > 0 } model && model != OfflineModel.Name
                ? new Finding("model", CheckState.Ok, $"{node.Name} answers with {model}")
                : new Finding("model", CheckState.Warning, $"{node.Name} has no model; its offline rules answer plain requests", "Set one there (docs/configuration.md) and start it again."))];
        }
        catch (Exception exception) when (exception is MusterException or CliException)
        {
            return []; // the hub's own check says why
        }
    }

    private static async Task<Finding> CheckAsync(ModelOptions model, CommandContext context, CancellationToken cancellationToken)
    {
        var health = await ModelCheck.CheckAsync(model, context.Time, cancellationToken);
        return health.Kind == ModelHealthKind.Ok
            ? new Finding("model " + model.Name, CheckState.Ok, health.Sentence)
            : new Finding("model " + model.Name, CheckState.Problem, health.Sentence, "See the model's settings with: muster config show");
    }
}
