using Muster.Cli.Composition;
using Muster.Cli.Talk;
using Muster.Client;
using Muster.Client.Machines;
using Muster.Node.Coding;
using Muster.Node.Coding.Agents;
using Muster.Node.Sandbox;

namespace Muster.Cli.Doctor;

/// <summary>Which coding agents are there, and which one sessions get. A node that runs has found its own, with its own PATH.</summary>
internal sealed class CodingCheck : ICheck
{
    private const string Capability = "coding_sessions";

    public string Name => "coding agents";

    public async Task<IReadOnlyList<Finding>> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var options = NodeConfiguration.Coding(context.Configuration);
        if (options.Isolation == ShellIsolation.Off)
        {
            return [new Finding(Name, CheckState.Ok, "coding.isolation is off: there are no coding sessions")];
        }

        var found = AgentSearch.Find(options, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));
        return [await RunningAsync(context, cancellationToken) is { } node ? OfNode(node, options, found) : OfTerminal(options, found)];
    }

    /// <summary>The node of this home, where it is online; null where it is not, or nobody here can ask its hub.</summary>
    private static async Task<NodeInfo?> RunningAsync(CommandContext context, CancellationToken cancellationToken)
    {
        try
        {
            var ids = new[] { context.Home.Standalone, context.Home.Path }.Select(folder => LocalMachine.Load(context.Home, folder)?.NodeId).OfType<string>().ToList();
            await using var hub = HubConnection.Open(context);
            return (await hub.Client.Nodes.ListAsync(cancellationToken)).FirstOrDefault(node => ids.Contains(node.Id) && node.Status != "offline");
        }
        catch (Exception exception) when (exception is MusterException or CliException)
        {
            return null; // the hub's own check says why
        }
    }

    private Finding OfNode(NodeInfo node, CodingOptions options, IReadOnlyList<FoundAgent> found)
    {
        if (node.Capabilities.Contains(Capability))
        {
            return Usable(options, $"{node.Name}, which runs, has one for new sessions; the PATH of this terminal leads to {(found.Count > 0 ? Names(found) : "none")}");
        }

        return AgentSearch.Usual(options, found) is { } usual
            ? new Finding(
                Name, CheckState.Warning, $"{node.Name} runs without one, though the PATH of this terminal leads to {Names(found)}: it was started with another, or before that was there",
                $"Start it again from here, or first: muster config set coding.agents.{usual.Name}.command {usual.Program}")
            : Missing(options, found);
    }

    private Finding OfTerminal(CodingOptions options, IReadOnlyList<FoundAgent> found)
    {
        var finding = options.Agents.All(agent => found.Any(known => known.Name == agent.Name)) && AgentSearch.Usual(options, found) is { } usual
            ? Usable(options, $"{Names(found)}; new sessions use {usual.Name}")
            : Missing(options, found);
        return finding with { Text = $"{finding.Text}; by the PATH of this terminal, as nobody here can ask whether a node of this home runs, and what it has" };
    }

    private Finding Usable(CodingOptions options, string text) => options.Isolation == ShellIsolation.Host
        ? new Finding(Name, CheckState.Warning, $"{text}, on this machine itself (coding.isolation: host)")
        : new Finding(Name, CheckState.Ok, text);

    private Finding Missing(CodingOptions options, IReadOnlyList<FoundAgent> found) =>
        options.Agents.FirstOrDefault(agent => found.All(known => known.Name != agent.Name)) is { } missing
            ? new Finding(Name, CheckState.Problem, $"coding.agents.{missing.Name} is configured and not there: {missing.Command ?? "it has no command"}", $"Install it, or correct coding.agents.{missing.Name}.command")
        : options.Agent is { } wanted
            ? new Finding(Name, CheckState.Problem, $"coding.agent is {wanted}, which is not there{(found.Count > 0 ? $"; there are {Names(found)}" : "")}", "Install it, or: muster config set coding.agent NAME")
        : new Finding(Name, CheckState.Ok, "none is installed, so there are no coding sessions (npm install -g @anthropic-ai/claude-code, or coding.agents)");

    private static string Names(IReadOnlyList<FoundAgent> found) => string.Join(", ", found.Select(agent => $"{agent.Name} ({agent.Program})"));
}
