using Muster.Agents.Mcp;
using Muster.Cli.Configuration;
using Muster.Cli.State;
using Muster.Node.Background;
using Muster.Node.Coding;
using Muster.Node.Compute;
using Muster.Node.Compute.Owner;
using Muster.Node.Policy;
using Muster.Node.Sandbox;
using Muster.Node.Tools;
using Muster.Node.Tools.House;
using Muster.Node.Tools.Web;

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
        HomeAssistant = configuration.TextOrNull("tools.home_assistant.url") is { } house && configuration.TextOrNull("tools.home_assistant.token") is { } token
            ? new HomeAssistantOptions(new Uri(house), token)
            : null,
        Mqtt = configuration.TextOrNull("tools.mqtt.host") is { } broker
            ? new MqttOptions(broker, configuration.Whole("tools.mqtt.port"), configuration.TextOrNull("tools.mqtt.username"), configuration.TextOrNull("tools.mqtt.password"))
            : null,
        Web = new WebOptions
        {
            Enabled = configuration.Flag("tools.web.enabled"),
            MetasoKey = configuration.TextOrNull("tools.web.metaso_api_key"),
            MetasoUrl = new Uri(configuration.Text("tools.web.metaso_url")),
            PrivateHosts = configuration.List("tools.web.private_hosts"),
        },
    };

    public static BackgroundOptions Background(MusterConfiguration configuration) => new()
    {
        After = configuration.Duration("background.after"),
        MaxTime = configuration.Duration("background.max_time"),
        Most = configuration.Whole("background.most"),
        MaxOutput = configuration.SizeOrNull("background.max_output") ?? new BackgroundOptions().MaxOutput,
        MaxSentFile = configuration.SizeOrNull("tools.file_send.max_size") ?? new BackgroundOptions().MaxSentFile,
    };

    /// <exception cref="CliException">This machine does not have what it is to give.</exception>
    public static ComputeOptions Compute(MusterConfiguration configuration)
    {
        var options = new ComputeOptions
        {
            Enabled = configuration.Flag("compute.enabled"),
            Cpus = configuration.NumberOrNull("compute.cores"),
            MemoryBytes = configuration.SizeOrNull("compute.memory"),
            DiskBytes = configuration.SizeOrNull("compute.disk"),
            Slots = configuration.Whole("compute.slots"),
            Hours = [.. configuration.List("compute.hours").Select(item => DayHours.TryParse(item, out var hours) ? hours : throw new CliException($"compute.hours has \"{item}\".", ExitCode.Usage))],
            OnlyWhenIdle = configuration.Flag("compute.only_when_idle"),
            BusyAbove = configuration.NumberOrNull("compute.busy_above") ?? 0.25,
            PriceFactor = (long)Math.Round((configuration.NumberOrNull("compute.min_price") ?? 0) * 1000),
            Labels = configuration.Map("compute.labels"),
            Location = configuration.Text("compute.location"),
            Network = configuration.Flag("compute.network"),
            OpenNetwork = configuration.Flag("compute.open_network"),
            NoSandbox = configuration.Flag("compute.no_sandbox"),
            EngineSocket = configuration.TextOrNull("compute.engine.socket"),
        };
        var mistakes = options.Mistakes(Environment.ProcessorCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes).ToList();
        return mistakes.Count == 0 ? options : throw new CliException(string.Join(Environment.NewLine, mistakes), ExitCode.Usage);
    }

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

    public static CodingOptions Coding(MusterConfiguration configuration) => new()
    {
        Isolation = Enum.Parse<ShellIsolation>(configuration.Text("coding.isolation"), ignoreCase: true),
        Agent = configuration.TextOrNull("coding.agent"),
        Agents =
        [
            .. configuration.Children("coding.agents").Select(name => new CodingAgentOptions(
                name, configuration.TextOrNull($"coding.agents.{name}.command"), configuration.List($"coding.agents.{name}.files"))),
        ],
        Environment = configuration.List("coding.environment"),
        Timeout = configuration.Duration("coding.timeout"),
        Silence = configuration.Duration("coding.silence"),
        Most = configuration.Whole("coding.most"),
    };

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
