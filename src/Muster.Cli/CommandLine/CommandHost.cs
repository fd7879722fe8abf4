using System.CommandLine;
using System.CommandLine.Parsing;
using Muster.Cli.Configuration;
using Muster.Cli.State;
using Muster.Cli.Terminal;

namespace Muster.Cli;

/// <summary>What all commands of one invocation share.</summary>
public sealed record CommandHost(Surroundings Surroundings, Interrupts Interrupts)
{
    internal Option<string?> HomeOption { get; } = new Option<string?>("--home") { Description = "Where state lives (default: MUSTER_HOME or ~/.muster)", HelpName = "DIR", Recursive = true }.NotEmpty();

    internal Option<bool> JsonOption { get; } = new("--json") { Description = "Print JSON, for programs", Recursive = true };

    internal Option<string?> EnvironmentFileOption { get; } = new Option<string?>("--env-file") { Description = "Read this .env as well", HelpName = "FILE", Recursive = true }.NotEmpty();
}

/// <summary>One command: its grammar in the constructor, its work in <see cref="RunAsync"/>, which starts nothing before it is called.</summary>
internal abstract class MusterCommand : Command
{
    protected MusterCommand(CommandHost host, string name, string description)
        : base(name, description)
    {
        SetAction((parse, cancellationToken) => RunAsync(new CommandContext(host, parse), cancellationToken));
    }

    protected abstract Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken);
}

/// <summary>A command as it runs: where it looks, how it prints.</summary>
internal sealed class CommandContext
{
    private readonly Lazy<MusterConfiguration> _configuration;

    public CommandContext(CommandHost host, ParseResult parse)
    {
        Host = host;
        Parse = parse;
        Home = HomeOf(host, parse);
        Json = parse.GetValue(host.JsonOption);
        var environmentFile = EnvironmentFile.Named(parse.GetValue(host.EnvironmentFileOption), Surroundings.Directory);
        Printer = new Printer(Surroundings);
        _configuration = new(() => new ConfigurationReader(Home, Surroundings)
            .Read(SettingOptions.Given(parse), environmentFile));
    }

    public CommandHost Host { get; }
    public ParseResult Parse { get; }
    public Surroundings Surroundings => Host.Surroundings;
    public Interrupts Interrupts => Host.Interrupts;
    public TimeProvider Time => Surroundings.Time;
    public Home Home { get; }
    public bool Json { get; }
    public Printer Printer { get; }

    /// <summary>Read when first asked for.</summary>
    public MusterConfiguration Configuration => _configuration.Value;

    /// <summary>A person is at both ends.</summary>
    public bool AtTerminal => Surroundings is { Interactive: true, Piped: false };

    /// <summary>The configuration without a mistake; warnings are told once.</summary>
    /// <exception cref="CliException">Every mistake, each with its line.</exception>
    public MusterConfiguration ValidConfiguration()
    {
        foreach (var warning in Configuration.Warnings)
        {
            Printer.Warning("warning: " + warning);
        }

        return Configuration.Problems.Count == 0
            ? Configuration
            : throw new CliException($"The configuration has {Count(Configuration.Problems.Count)}:\n" + string.Join('\n', Configuration.Problems.Select(problem => "  " + problem)), ExitCode.Usage);
    }

    private static string Count(int mistakes) => mistakes == 1 ? "a mistake" : $"{mistakes} mistakes";

    /// <summary>The option, MUSTER_HOME, or ~/.muster.</summary>
    public static Home HomeOf(CommandHost host, ParseResult? parse)
    {
        var variable = host.Surroundings.Variable("MUSTER_HOME");
        var path = parse?.GetValue(host.HomeOption) ?? (string.IsNullOrWhiteSpace(variable) ? DefaultHome(host.Surroundings) : variable);
        return path.Contains('\0', StringComparison.Ordinal)
            ? throw new CliException("The home is no path of a folder.", ExitCode.Usage)
            : new Home(Path.GetFullPath(path, host.Surroundings.Directory));
    }

    private static string DefaultHome(Surroundings surroundings)
    {
        var user = surroundings.Variable(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME");
        return Path.Combine(string.IsNullOrEmpty(user) ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) : user, ".muster");
    }
}
