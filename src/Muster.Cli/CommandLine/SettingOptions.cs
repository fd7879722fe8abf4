using System.CommandLine;
using Muster.Cli.Configuration;

namespace Muster.Cli;

/// <summary>Every plain key of the configuration as an option (<c>node.name</c> is <c>--node-name</c>) of the commands that start something.</summary>
internal static class SettingOptions
{
    private sealed class SettingOption : Option<string?>
    {
        public SettingOption(Setting setting, bool hidden)
            : base(setting.Option, [.. setting.OptionAliases])
        {
            Setting = setting;
            Description = setting.Meaning;
            Hidden = hidden;
            Arity = setting.Kind == SettingKind.Flag ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne;
            HelpName = setting.Kind switch
            {
                SettingKind.Flag => "true|false",
                SettingKind.Whole => "N",
                SettingKind.Duration => "SECONDS",
                SettingKind.Credits => "CPT",
                SettingKind.Choice => string.Join('|', setting.Choices),
                _ => setting.Key.Split('.')[^1].ToUpperInvariant(),
            };
        }

        public Setting Setting { get; }
    }

    /// <summary>Those named in <paramref name="shown"/> appear in the help; all work.</summary>
    public static void AddTo(Command command, params string[] shown)
    {
        foreach (var setting in SettingTable.All.Where(setting => setting.IsPlain))
        {
            command.Add(new SettingOption(setting, !shown.Contains(setting.Key)));
        }
    }

    public static IEnumerable<Leaf> Given(ParseResult parse)
    {
        foreach (var option in parse.CommandResult.Command.Options.OfType<SettingOption>())
        {
            if (parse.GetResult(option) is { Implicit: false })
            {
                yield return new Leaf(option.Setting.Key, parse.GetValue(option) ?? "true", new Source(Level.CommandLine, option.Name));
            }
        }
    }
}
