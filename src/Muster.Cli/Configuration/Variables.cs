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

    /// <summary>Those with a number between the two, by it.</summary>
    public IReadOnlyList<(string Value, Source Source)> Numbered(string before, string after) =>
    [
        .. values.Where(value => value.Value.Length > 0 && value.Name.Length > before.Length + after.Length
                && value.Name.StartsWith(before, StringComparison.Ordinal) && value.Name.EndsWith(after, StringComparison.Ordinal))
            .Select(value => (Number: int.TryParse(value.Name[before.Length..^after.Length], out var number) ? number : -1, value))
            .Where(entry => entry.Number >= 0)
            .DistinctBy(entry => entry.Number)
            .OrderBy(entry => entry.Number)
            .Select(entry => (entry.value.Value, entry.value.Source with { Alias = entry.value.Name })),
    ];

    public (string Value, Source Source)? Find(string name)
    {
        var found = values.FirstOrDefault(value => value.Name == name && value.Value.Length > 0);
        return found.Name is null ? null : (found.Value, found.Source with { Alias = name });
    }
}
