using System.CommandLine;
using Muster.Cli.Terminal;

namespace Muster.Cli.Configuration;

internal static class ConfigCommands
{
    public static Command Create(CommandHost host) => new("config", "Show and change the configuration.")
    {
        new ConfigShowCommand(host),
        new ConfigSetCommand(host),
        new ConfigUnsetCommand(host),
    };
}

internal sealed class ConfigShowCommand : MusterCommand
{
    private readonly Option<bool> _all = new("--all") { Description = "Every key, with its default and meaning" };

    public ConfigShowCommand(CommandHost host)
        : base(host, "show", """
            Print what is configured and where each value comes from; secrets are masked.

            Examples:
              muster config show
              muster config show --all
            """)
    {
        Add(_all);
        SettingOptions.AddTo(this);
    }

    protected override Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var configuration = context.Configuration;
        var lines = configuration.Set.Select(leaf => new SettingLine(leaf.Key, Masked(leaf), leaf.Source.ToString())).ToList();
        if (context.Parse.GetValue(_all))
        {
            lines.AddRange(SettingTable.All.Where(setting => !configuration.IsSet(setting.Key)).Select(setting => new SettingLine(setting.Key, setting.Default, "default: " + setting.Meaning)));
        }

        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, (IReadOnlyList<SettingLine>)lines);
        }
        else if (lines.Count == 0)
        {
            context.Printer.Note($"Nothing is configured; the defaults count (muster config show --all). A file would be {context.Home.ConfigurationFile}");
        }
        else
        {
            context.Printer.Table(["key", "value", "source"], lines.Select(line => (IReadOnlyList<string>)[line.Key, line.Value, line.Source]));
        }

        foreach (var warning in configuration.Warnings)
        {
            context.Printer.Warning("warning: " + warning);
        }

        foreach (var problem in configuration.Problems)
        {
            context.Printer.Warning("mistake: " + problem);
        }

        return Task.FromResult(configuration.Problems.Count == 0 ? ExitCode.Ok : ExitCode.Failed);
    }

    private static string Masked(Leaf leaf) => SettingTable.Find(leaf.Key) switch
    {
        { Secret: true, Shown: { } shown } when leaf.Value.Length > 0 => shown(leaf.Value),
        { Secret: true } when leaf.Value.Length > 0 => leaf.Value.Length >= 12 ? "…" + leaf.Value[^4..] : "…",
        _ => leaf.Value.Replace('\n', ','),
    };
}

internal sealed class ConfigSetCommand : MusterCommand
{
    private readonly Argument<string> _key = new Argument<string>("KEY") { Description = "A key, such as model or tools.shell.isolation" }.NotEmpty();
    private readonly Argument<string> _value = new("VALUE") { Description = "Its value" };

    public ConfigSetCommand(CommandHost host)
        : base(host, "set", """
            Set a value in muster.yaml; comments and everything else in it stay.

            Examples:
              muster config set models.deepseek.base_url https://api.deepseek.com/v1
              muster config set models.deepseek.model deepseek-chat
              muster config set tools.shell.isolation host
            """)
    {
        Add(_key);
        Add(_value);
    }

    protected override Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (key, value) = (context.Parse.GetValue(_key)!, context.Parse.GetValue(_value)!);
        var asked = context.Configuration.With(new Leaf(key, value, new Source(Level.File, "muster.yaml")));
        if (key == "model" && CrossCheck.Model(asked).FirstOrDefault() is { } wrong)
        {
            throw new CliException($"{wrong.Message} {wrong.Fix}", ExitCode.Usage);
        }

        ConfigFile.Set(context.Home, key, value);
        context.Printer.Note($"{key} is set in {context.Home.ConfigurationFile}." + (State.HomeLock.IsHeld(context.Home) ? " A hub that runs takes it at its next start." : ""));
        if (context.Configuration.Source(key) is { Level: > Level.File } stronger)
        {
            context.Printer.Warning($"warning: {stronger} sets it as well and counts before the file.");
        }

        return Task.FromResult(ExitCode.Ok);
    }
}

internal sealed class ConfigUnsetCommand : MusterCommand
{
    private readonly Argument<string> _key = new Argument<string>("KEY") { Description = "A key that muster.yaml sets" }.NotEmpty();

    public ConfigUnsetCommand(CommandHost host)
        : base(host, "unset", """
            Take a value out of muster.yaml, so that its default counts again; everything else in it stays.

            Example:
              muster config unset tools.shell.isolation
            """) => Add(_key);

    protected override Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var key = context.Parse.GetValue(_key)!;
        ConfigFile.Unset(context.Home, key);
        context.Printer.Note($"{key} is no longer set in {context.Home.ConfigurationFile}." + (State.HomeLock.IsHeld(context.Home) ? " A hub that runs takes it at its next start." : ""));
        return Task.FromResult(ExitCode.Ok);
    }
}
