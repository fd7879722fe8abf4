using Muster.Node.Policy;

namespace Muster.Cli.Doctor;

/// <summary>Which of the owner's sentences are held against every call, and which are advice to the model only.</summary>
internal sealed class RulesCheck : ICheck
{
    public string Name => "rules";

    public Task<IReadOnlyList<Finding>> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var rules = context.Configuration.List("agent.rules");
        return Task.FromResult<IReadOnlyList<Finding>>(rules.Count == 0
            ? []
            : [.. rules.Select(rule => new Finding(Name, CheckState.Ok, $"\"{rule}\" is {(ToolPolicy.Enforces(rule) ? "enforced on this machine before every call" : "advice to the model, and not enforced")}", null))]);
    }
}
