namespace Muster.Cli.Configuration;

/// <summary>Which known word a mistyped one is most like.</summary>
internal static class Nearness
{
    /// <summary>Null when nothing is near enough to be what was meant.</summary>
    public static string? Nearest(string word, IEnumerable<string> known) =>
        known.Select(candidate => (candidate, distance: Distance(word, candidate)))
            .Where(found => found.distance <= Math.Max(2, word.Length / 3))
            .OrderBy(found => found.distance)
            .Select(found => found.candidate)
            .FirstOrDefault();

    /// <summary>Letters to change, add, drop or swap with their neighbour.</summary>
    private static int Distance(string from, string to)
    {
        var cost = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
            {
                cost[i, j] = (i, j) switch
                {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => Math.Min(cost[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1), Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1),
                };
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[from.Length, to.Length];
    }
}
