using Muster.Protocol.Wire;

namespace Muster.Hub.Fleet.Links;

/// <summary>What a node says of itself, cut to what a page can show.</summary>
internal static class NodeFactsReader
{
    private const int Longest = 256;

    public static NodeFactsSnapshot Empty { get; } = new("", "", "", "", [], 0, 0, "", "", "");

    public static NodeFactsSnapshot Read(Hello hello)
    {
        var facts = hello.Facts ?? new NodeFacts();
        return new NodeFactsSnapshot(
            Cut(facts.Os),
            Cut(facts.Architecture),
            Cut(facts.Hostname),
            Cut(facts.WorkingDir, 4 * Longest),
            Capabilities(facts.Capabilities),
            (int)Math.Min(facts.Cores, 65_536),
            facts.MemoryBytes,
            Cut(facts.Isolation),
            Cut(facts.Model),
            Cut(hello.ProgramVersion))
        {
            Models = [.. facts.Models.Take(64).Select(name => Cut(name)).Distinct(StringComparer.OrdinalIgnoreCase)],
        };
    }

    public static IReadOnlyList<string> Capabilities(IEnumerable<string> names) => [.. names.Take(64).Select(name => Cut(name)).Distinct(StringComparer.Ordinal)];

    public static string Cut(string text, int longest = Longest) => text.Length <= longest ? text : text[..longest];
}
