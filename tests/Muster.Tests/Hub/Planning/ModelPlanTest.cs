using Muster.Agents.Providers;
using Muster.Hub;
using Muster.Hub.Chat.Assistant;
using Muster.Testing.Models;

namespace Muster.Tests.Hub.Planning;

/// <summary>A hub with a model that plans and answers, and one for the machine that does the steps.</summary>
public abstract class ModelPlanTest : PlanTest
{
    protected ScriptedModel HubModel { get; } = new();

    protected ScriptedModel NodeModel { get; } = new();

    protected override HubOptions Configure(HubOptions options) => base.Configure(options) with
    {
        Assistant = new AssistantOptions { Models = new ModelCatalog([new ModelOptions { Name = "main", Stream = HubModel.Stream }], TimeProvider.System), RouteByModel = false },
    };
}
