using System.Globalization;

namespace Muster.Agents.Mcp;

/// <summary>
/// The names under which tools of servers are offered: <c>mcp__server__tool</c>, in the letters that all providers take, at most 64 of
/// them, and none twice: of two that would be the same, the second has <c>_2</c> at its end.
/// </summary>
internal sealed class McpToolNames
{
    private const int Longest = 64;

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    public string Of(string server, string tool)
    {
        var plain = string.Concat($"mcp__{server}__{tool}".Select(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-' ? letter : '_'));
        var name = plain[..Math.Min(plain.Length, Longest)];
        for (var number = 2; !_taken.Add(name); number++)
        {
            var ending = string.Create(CultureInfo.InvariantCulture, $"_{number}");
            name = plain[..Math.Min(plain.Length, Longest - ending.Length)] + ending;
        }

        return name;
    }
}
