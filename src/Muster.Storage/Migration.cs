using System.Reflection;
using System.Text.RegularExpressions;

namespace Muster.Storage;

/// <summary>One numbered step of a schema: the embedded file <c>Migrations/0007_name.sql</c> of its assembly.</summary>
/// <param name="LeastProgram">The oldest program that can use the result, from a first line <c>-- needs 0.1.0</c>.</param>
public sealed partial record Migration(int Number, string Name, string Sql, Version LeastProgram)
{
    /// <summary>Names of the tables that it makes.</summary>
    internal IEnumerable<string> Tables => Made().Matches(Sql).Select(match => match.Groups[1].Value);

    /// <summary>All migrations embedded in an assembly, in order of their numbers.</summary>
    public static IReadOnlyList<Migration> In(Assembly assembly) =>
    [
        .. assembly.GetManifestResourceNames()
            .Select(resource => (resource, match: FileName().Match(resource)))
            .Where(found => found.match.Success)
            .Select(found => Read(assembly, found.resource, found.match))
            .OrderBy(migration => migration.Number),
    ];

    private static Migration Read(Assembly assembly, string resource, Match match)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        var sql = reader.ReadToEnd();
        var needs = Needs().Match(sql);
        return new Migration(
            int.Parse(match.Groups[1].ValueSpan),
            match.Groups[2].Value,
            sql,
            needs.Success ? Version.Parse(needs.Groups[1].ValueSpan) : new Version(0, 1, 0));
    }

    [GeneratedRegex(@"Migrations\.(\d{4})_([a-z0-9_]+)\.sql$", RegexOptions.None, 1000)]
    private static partial Regex FileName();

    [GeneratedRegex(@"\bcreate\s+table\s+(?:if\s+not\s+exists\s+)?""?(\w+)", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Made();

    [GeneratedRegex(@"\A-- needs (\d+\.\d+\.\d+)", RegexOptions.None, 1000)]
    private static partial Regex Needs();
}
