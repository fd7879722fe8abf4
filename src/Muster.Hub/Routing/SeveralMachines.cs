using System.Text.RegularExpressions;
using Muster.Agents.Offline;

namespace Muster.Hub.Routing;

/// <summary>
/// A request that names a machine in each of its parts: "list the files on nas and show the disk on pi". Only what the built-in rules know part for part
/// is taken apart; everything else is one request, as it was written.
/// </summary>
internal static partial class SeveralMachines
{
    private const int Most = 8;
    private const int Longest = 1_000;
    private const int LimitMilliseconds = 200;

    /// <returns>The parts in their order; null where it is one request.</returns>
    public static IReadOnlyList<string>? Split(string text, IReadOnlyList<Machine> machines)
    {
        if (text.Length > Longest || machines.Count(machine => text.Contains(machine.Name, StringComparison.OrdinalIgnoreCase)) < 2)
        {
            return null;
        }

        var parts = Parts(Between().Split(text).Select(part => part.Trim(' ', ',', '，', '.', '。')).Where(part => part.Length > 0), machines);
        var named = parts.ConvertAll(part => MachineNaming.Find(part, machines));
        return parts.Count is > 1 and <= Most && named.TrueForAll(machine => machine is { Online: true }) && named.Distinct().Count() == parts.Count
            && parts.TrueForAll(part => OfflineModel.CallFor(part) is not null)
                ? parts
                : null;
    }

    /// <summary>"list files and folders on nas" is one part: what names no machine belongs to what follows it.</summary>
    private static List<string> Parts(IEnumerable<string> pieces, IReadOnlyList<Machine> machines)
    {
        var parts = new List<string>();
        var open = "";
        foreach (var piece in pieces)
        {
            open = open.Length == 0 ? piece : $"{open} and {piece}";
            if (MachineNaming.Find(piece, machines) is not null)
            {
                parts.Add(open);
                open = "";
            }
        }

        return open.Length == 0 ? parts : [];
    }

    [GeneratedRegex(@"\s*[,;]\s+(?:and\s+)?|\s+and\s+|[，；]\s*(?:并且|同时|并|再)?|\s*(?:并且|同时)\s*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Between();
}
