namespace Muster.Agents.Tools;

/// <summary>Which of some names a wrong one was meant to be.</summary>
public static class NearestName
{
    /// <returns>Null when none is near enough to be worth offering.</returns>
    public static string? Of(string wrong, IEnumerable<string> names)
    {
        var nearest = names
            .Select(name => (Name: name, Distance: Distance(wrong.ToLowerInvariant(), name.ToLowerInvariant())))
            .OrderBy(candidate => candidate.Distance)
            .FirstOrDefault();
        return nearest.Name is not null && nearest.Distance <= Math.Max(2, nearest.Name.Length / 2) ? nearest.Name : null;
    }

    /// <summary>As <see cref="Of"/>, for a word that need not be meant as a name at all: it begins like the one that it is taken for.</summary>
    /// <param name="shortest">Names of fewer letters are like too many words.</param>
    public static string? Slip(string word, IEnumerable<string> names, int shortest) =>
        word.Length == 0 ? null : Of(word, names.Where(name => name.Length >= shortest && char.ToLowerInvariant(name[0]) == char.ToLowerInvariant(word[0])));

    /// <summary>Levenshtein's: letters to insert, delete or replace.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
