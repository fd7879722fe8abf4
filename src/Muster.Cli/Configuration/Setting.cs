namespace Muster.Cli.Configuration;

public enum SettingKind
{
    Text,
    Flag,
    Whole,
    /// <summary>Seconds, or a number with s, m or h.</summary>
    Duration,
    Address,
    Choice,
    /// <summary>An amount in CPT, such as 0.001.</summary>
    Credits,
    /// <summary>A part of something, from 0 to 1.</summary>
    Share,
    /// <summary>A number that may have a fraction.</summary>
    Number,
    /// <summary>A count of bytes, such as 4GiB.</summary>
    Size,
    /// <summary>Several texts: a YAML list, or one line with commas.</summary>
    List,
}

/// <summary>One key of the configuration, declared once: docs/configuration.md is held to this table by a test.</summary>
/// <param name="Key">Dotted; <c>*</c> stands for a name that the user chooses, <c>#</c> for a place in a list.</param>
/// <param name="Default">As a person would write it; empty for none.</param>
/// <param name="Meaning">One sentence.</param>
public sealed record Setting(string Key, SettingKind Kind, string Default, string Meaning)
{
    public long Minimum { get; init; } = long.MinValue;

    public long Maximum { get; init; } = long.MaxValue;

    public IReadOnlyList<string> Choices { get; init; } = [];

    public bool Secret { get; init; }

    /// <summary>What <c>config show</c> prints of a secret, where that is more than its end.</summary>
    public Func<string, string>? Shown { get; init; }

    /// <summary>For a list whose items are not any text.</summary>
    public ListItems? Items { get; init; }

    /// <summary>Names of the older systems, the strongest first; they rank below MUSTER_* of the same level.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Further names of the option, such as those of an older system.</summary>
    public IReadOnlyList<string> OptionAliases { get; init; } = [];

    /// <summary>No user-chosen part: it can be an option of a command.</summary>
    public bool IsPlain => !Key.Contains('*', StringComparison.Ordinal) && !Key.Contains('#', StringComparison.Ordinal);

    public string Option => "--" + Key.Replace('.', '-').Replace('_', '-');

    public string Variable => "MUSTER_" + Key.Replace(".", "__", StringComparison.Ordinal).ToUpperInvariant();

    public string Range => this switch
    {
        { Kind: SettingKind.Choice } => string.Join(", ", Choices),
        { Kind: SettingKind.Flag } => "true, false",
        { Kind: SettingKind.Whole or SettingKind.Duration or SettingKind.Number, Minimum: > long.MinValue } =>
            Maximum == long.MaxValue ? $"at least {Minimum}" : $"{Minimum} to {Maximum}",
        { Kind: SettingKind.Size } => "bytes, or 512MiB, 4GiB",
        { Kind: SettingKind.Duration } => "seconds, or 30s, 5m, 1h",
        { Kind: SettingKind.Address } => "http or https address",
        { Kind: SettingKind.List } => "list",
        { Kind: SettingKind.Credits } => "CPT, at most six decimals",
        { Kind: SettingKind.Share } => "0 to 1, at most six decimals",
        _ => "text",
    };
}
