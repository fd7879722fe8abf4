using System.Globalization;
using Muster.Protocol.Jobs;

namespace Muster.Cli.Configuration;

/// <summary>The configuration as it counts for this command.</summary>
public sealed class MusterConfiguration
{
    private readonly IReadOnlyDictionary<string, Leaf> _values;

    internal MusterConfiguration(IReadOnlyDictionary<string, Leaf> values, IReadOnlyList<string> warnings, IReadOnlyList<ConfigurationProblem> problems)
    {
        _values = values;
        Warnings = [.. warnings.Distinct(StringComparer.Ordinal)];
        Problems = problems;
    }

    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Mistakes; a command that starts something refuses to while there are any.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; }

    /// <summary>As it would be with one more value.</summary>
    internal MusterConfiguration With(Leaf leaf) => new(new Dictionary<string, Leaf>(_values, StringComparer.Ordinal) { [leaf.Key] = leaf }, Warnings, Problems);

    /// <summary>What was set, by key.</summary>
    public IEnumerable<Leaf> Set => _values.Values.OrderBy(leaf => leaf.Key, StringComparer.Ordinal);

    /// <summary>The value, or the default of the key; never null.</summary>
    public string Text(string key) => _values.TryGetValue(key, out var leaf) ? leaf.Value : Declared(key).Default;

    public string? TextOrNull(string key) => Text(key) is { Length: > 0 } text ? text : null;

    public bool Flag(string key) => ValueCheck.Flag(Text(key)) ?? false;

    public int Whole(string key) => int.Parse(Text(key), CultureInfo.InvariantCulture);

    public int? WholeOrNull(string key) => TextOrNull(key) is null ? null : Whole(key);

    public double? NumberOrNull(string key) => (double?)ValueCheck.Number(Text(key));

    /// <summary>Bytes.</summary>
    public long? SizeOrNull(string key) => ByteSize.TryParse(Text(key), out var size) ? size.Bytes : null;

    public TimeSpan Duration(string key) => ValueCheck.Duration(Text(key)) ?? TimeSpan.Zero;

    public IReadOnlyList<string> List(string key) => ValueCheck.Items(Text(key));

    public bool IsSet(string key) => _values.ContainsKey(key);

    public Source Source(string key) => _values.TryGetValue(key, out var leaf) ? leaf.Source : Configuration.Source.Default;

    /// <summary>Names directly below a key, as <c>models</c> has, in the order in which they were written.</summary>
    public IReadOnlyList<string> Children(string key) =>
        [.. _values.Values.Where(leaf => leaf.Key.StartsWith(key + ".", StringComparison.Ordinal))
            .OrderBy(leaf => leaf.Source.Level == Level.File ? leaf.Source.Line : 0)
            .Select(leaf => leaf.Key[(key.Length + 1)..].Split('.')[0])
            .Distinct(StringComparer.Ordinal)];

    /// <summary>Keys and values below a key that a user names, as an MCP server's <c>env</c>.</summary>
    public IReadOnlyDictionary<string, string> Map(string key) =>
        Children(key).ToDictionary(name => name, name => _values[key + "." + name].Value, StringComparer.Ordinal);

    private static Setting Declared(string key) =>
        SettingTable.Find(key) ?? throw new ArgumentException($"{key} is not declared in the table of settings.");
}
