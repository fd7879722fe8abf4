using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Node.Sandbox;
using Muster.Node.Tools.Web;

namespace Muster.Node.Tools;

/// <summary>What the tools of one machine are made of.</summary>
public sealed record ToolOptions
{
    /// <summary>WORKING_DIR; created if it is not there.</summary>
    public required string WorkingDir { get; init; }

    /// <summary>MUSTER_HOME.</summary>
    public required string Home { get; init; }

    /// <summary>The home of the user the node runs as.</summary>
    public string UserHome { get; init; } = System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile);

    /// <summary><c>tools.shell.isolation</c></summary>
    public ShellIsolation Isolation { get; init; } = ShellIsolation.Process;

    /// <summary><c>tools.shell.network</c></summary>
    public bool Network { get; init; } = true;

    /// <summary><c>tools.shell.environment</c>: names of variables that commands may see.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary><c>tools.shell.read_only</c>: further folders that commands may read.</summary>
    public IReadOnlyList<string> ReadOnly { get; init; } = [];

    /// <summary><c>tools.shell.timeout</c>: when a call names none.</summary>
    public TimeSpan ShellTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary><c>tools.shell.max_timeout</c>: what a call may ask for at most.</summary>
    public TimeSpan ShellMaxTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary><c>tools.web</c></summary>
    public WebOptions Web { get; init; } = new();

    /// <summary>Null: there is no such tool.</summary>
    public House.HomeAssistantOptions? HomeAssistant { get; init; }

    /// <summary>Null: there is no such tool.</summary>
    public House.MqttOptions? Mqtt { get; init; }

    /// <summary>As the variable PATH: where the programs of libgpiod and Mosquitto are looked for.</summary>
    public string ProgramPath { get; init; } = System.Environment.GetEnvironmentVariable("PATH") ?? "";

    /// <summary>What tools may only read of the working folder; shared with whoever writes it.</summary>
    public Folders.KeptFiles Kept { get; init; } = new();

    /// <summary>Where <c>sys</c> and <c>dev</c> are that have the machine's sensors and pins.</summary>
    public string MachineRoot { get; init; } = "/";

    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;
}
