using Muster.Agents.Mcp;
using Muster.Cli.Configuration;
using Muster.Cli.State;
using Muster.Node.Compute;
using Muster.Node.Policy;
using Muster.Node.Sandbox;
using Muster.Node.Tools;

namespace Muster.Cli.Composition;

/// <summary>The node's options, from the configuration.</summary>
internal static class NodeConfiguration
{
    public static ToolOptions Tools(MusterConfiguration configuration, Home home, string workingDirectory) => new()
    {
        WorkingDir = workingDirectory,
        Home = home.Path,
        Isolation = Enum.Parse<ShellIsolation>(configuration.Text("tools.shell.isolation"), ignoreCase: true),
        Network = configuration.Flag("tools.shell.network"),
        Environment = configuration.List("tools.shell.environment"),
        ReadOnly = configuration.List("tools.shell.read_only"),
        ShellTimeout = configuration.Duration("tools.shell.timeout"),
    };

    public static ComputeOptions Compute(MusterConfiguration configuration) => new() { EngineSocket = configuration.TextOrNull("compute.engine.socket") };

    public static IReadOnlyList<PolicyRule> Policy(MusterConfiguration configuration)
    {
        try
        {
            return
            [
                .. configuration.Children("tools.policy")
                    .OrderBy(int.Parse!)
                    .Select(index => PolicyRule.Parse(
                        configuration.Text($"tools.policy.{index}.tool"),
                        configuration.TextOrNull($"tools.policy.{index}.pattern"),
                        configuration.Text($"tools.policy.{index}.action"))),
            ];
        }
        catch (FormatException mistake)
        {
            throw new CliException(mistake.Message, ExitCode.Usage);
        }
    }

    public static IReadOnlyList<McpServerOptions> McpServers(MusterConfiguration configuration) =>
    [
        .. configuration.Children("tools.mcp_servers").Select(name => new McpServerOptions
        {
            Name = name,
            Command = configuration.TextOrNull($"tools.mcp_servers.{name}.command"),
            Arguments = configuration.List($"tools.mcp_servers.{name}.args"),
            Environment = configuration.Map($"tools.mcp_servers.{name}.env"),
            Url = configuration.TextOrNull($"tools.mcp_servers.{name}.url") is { } url ? new Uri(url) : null,
            Headers = configuration.Map($"tools.mcp_servers.{name}.headers"),
        }),
    ];

    /// <summary>How commands of agents run here, for the person who starts the node.</summary>
    public static async Task<string> DescribeIsolationAsync(ToolOptions tools, TimeProvider time, CancellationToken cancellationToken)
    {
        switch (tools.Isolation)
        {
            case ShellIsolation.Off:
                return "off (tools.shell.isolation)";
            case ShellIsolation.Host:
                return "on this machine itself, without a sandbox (tools.shell.isolation: host)";
            default:
                var status = await ToolSet.Check(tools, time).GetAsync().WaitAsync(cancellationToken);
                return status.Works ? "in bubblewrap" : $"off: {status.Sentence}";
        }
    }
}
