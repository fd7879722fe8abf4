using System.Text.RegularExpressions;

namespace Muster.Hub.Routing;

/// <summary>
/// Finds the machine that a sentence names: <c>@name</c>, <c>on name:</c>, <c>in name</c> or <c>on name</c> at the start or end,
/// <c>在 name 上</c>. Only names of machines that exist count, the longest first, so that "on friday" names none.
/// </summary>
internal static class MachineNaming
{
    private static readonly TimeSpan _limit = TimeSpan.FromMilliseconds(200);

    public static Machine? Find(string text, IReadOnlyList<Machine> machines) =>
        machines.OrderByDescending(machine => machine.Name.Length).FirstOrDefault(machine => Names(text, machine.Name));

    private static bool Names(string text, string name)
    {
        if (!text.Contains(name, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var escaped = Regex.Escape(name);
        const string Border = @"(?![\w-])";
        string[] patterns =
        [
            $@"(?<![\w@.])@{escaped}{Border}",
            $@"^\s*(?:on|in)\s+{escaped}{Border}(?=\s*[:：,，]|\s)",
            $@"(?:^|\s)(?:on|in)\s+{escaped}\s*[.!?。！？]*\s*$",
            $@"\bon\s+{escaped}\s*[:：]",
            $@"在\s*{escaped}\s*(?:上|里|中)",
        ];
        return patterns.Any(pattern => Regex.IsMatch(text, pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, _limit));
    }
}
