using Muster.Cli.Composition;
using Muster.Node.Coding.Agents;
using Muster.Node.Sandbox;

namespace Muster.Cli.Doctor;

/// <summary>Which coding agents are there, and which one sessions get.</summary>
internal sealed class CodingCheck : ICheck
{
    public string Name => "coding agents";

    public Task<IReadOnlyList<Finding>> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var options = NodeConfiguration.Coding(context.Configuration);
        return Task.FromResult<IReadOnlyList<Finding>>([Find(options, AgentSearch.Find(options, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)))]);
    }

    private Finding Find(Node.Coding.CodingOptions options, IReadOnlyList<FoundAgent> found)
    {
        var names = string.Join(", ", found.Select(agent => $"{agent.Name} ({agent.Program})"));
        return options.Isolation == ShellIsolation.Off ? new Finding(Name, CheckState.Ok, "coding.isolation is off: there are no coding sessions")
            : options.Agents.FirstOrDefault(agent => found.All(known => known.Name != agent.Name)) is { } missing
                ? new Finding(Name, CheckState.Problem, $"coding.agents.{missing.Name} is configured and not there: {missing.Command ?? "it has no command"}", $"Install it, or correct coding.agents.{missing.Name}.command")
            : AgentSearch.Usual(options, found) is { } usual
                ? new Finding(Name, options.Isolation == ShellIsolation.Host ? CheckState.Warning : CheckState.Ok, $"{names}; new sessions use {usual.Name}{(options.Isolation == ShellIsolation.Host ? ", on this machine itself (coding.isolation: host)" : "")}")
            : options.Agent is { } wanted
                ? new Finding(Name, CheckState.Problem, $"coding.agent is {wanted}, which is not there{(found.Count > 0 ? $"; there are {names}" : "")}", "Install it, or: muster config set coding.agent NAME")
            : new Finding(Name, CheckState.Ok, "none is installed, so there are no coding sessions (npm install -g @anthropic-ai/claude-code, or coding.agents)");
    }
}
