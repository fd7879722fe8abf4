namespace Muster.Cli.Configuration;

/// <summary>Names and values of one place (the environment, a .env, keyring.yaml), as leaves.</summary>
internal sealed class Variables(Level level, IReadOnlyList<(string Name, string Value, Source Source)> values)
{
    private const string Prefix = "MUSTER_";
    private static readonly HashSet<string> _others = new(["MUSTER_HOME", "MUSTER_NO_NOTICES"], StringComparer.Ordinal);

    public Level Level => level;

    public static Variables Of(Level level, IEnumerable<(string Name, string Value, Source Source)> values) => new(level, [.. values]);

    /// <summary>Values under Muster's own names.</summary>
    public IEnumerable<Leaf> Own() => values
        .Where(value => value.Name.StartsWith(Prefix, StringComparison.Ordinal) && !_others.Contains(value.Name))
        .Select(value => new Leaf(value.Name[Prefix.Length..].ToLowerInvariant().Replace("__", ".", StringComparison.Ordinal), value.Value, value.Source));

    public (string Value, Source Source)? Find(string name)
    {
        var found = values.FirstOrDefault(value => value.Name == name && value.Value.Length > 0);
        return found.Name is null ? null : (found.Value, found.Source with { Alias = name });
    }
}
