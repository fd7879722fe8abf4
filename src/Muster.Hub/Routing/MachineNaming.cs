using System.Text.RegularExpressions;
using Muster.Agents.Offline;
using Muster.Agents.Tools;

namespace Muster.Hub.Routing;

/// <summary>
/// Finds the machine that a sentence names: <c>@name</c>, <c>on name:</c>, <c>in name</c> or <c>on name</c> at the start or end,
/// <c>ask name to</c>, <c>在 name 上</c>, <c>name 上</c>. Only names of machines that exist count, the longest first, so that "on friday" names none.
/// </summary>
internal static partial class MachineNaming
{
    private const string Border = "(?![A-Za-z0-9_-])";

    /// <summary>What a machine has, so that "the disk of nas" means a machine and "the digits of pi" none.</summary>
    private const string Things =
        "(?:disks?|dis[ck] space|space|memory|ram|load|cpu|processors?|temperature|fans?|state|status|health|uptime|logs?|files?|folders?|documents?|photos?|pictures?|videos?|music|processes|services?|containers?|backups?|updates?|packages|network|sensors?|pins?)";

    private const int LimitMilliseconds = 200;
    private static readonly TimeSpan _limit = TimeSpan.FromMilliseconds(LimitMilliseconds);

    public static Machine? Find(string text, IReadOnlyList<Machine> machines) =>
        machines.OrderByDescending(machine => machine.Name.Length).FirstOrDefault(machine => Names(text, machine.Name));

    /// <summary>As <see cref="Find"/>, and else the one that stands in the middle: "check the disk of nas and mail me". Null where several do.</summary>
    public static Machine? FindInside(string text, IReadOnlyList<Machine> machines) =>
        Find(text, machines) ?? (machines.Where(machine => NamesInside(text, machine.Name)).ToList() is [var only] ? only : null);

    /// <summary>
    /// The machine that a sentence is addressed to and that does not exist: <c>@nsa …</c>, <c>on nsa: …</c>, <c>list files on nsa</c>. What was meant for it must
    /// not be done elsewhere. Null when a machine is named, or none is.
    /// </summary>
    public static string? Unknown(string text, IReadOnlyList<Machine> machines) =>
        Find(text, machines) is not null ? null
        : Address().Match(text) is { Success: true } match ? match.Groups["name"].Value
        : Place().Match(text) is { Success: true } place && (OfflineModel.NamesMachine(text) || IsMistyped(text, place.Groups["name"].Value, machines)) ? place.Groups["name"].Value
        : null;

    /// <summary>"run uptime on nsa" may be a command with two words more; beside a machine nas it is meant for that.</summary>
    private static bool IsMistyped(string text, string name, IReadOnlyList<Machine> machines) =>
        OfflineModel.CallFor(text)?.Tool == "shell" && !text.TrimStart().StartsWith('$')
        && NearestName.Slip(name, machines.Select(machine => machine.Name), shortest: 3) is not null;

    /// <summary>Splits "@nas /shell pwd" into the machine and what it is asked; the machine is null when the text does not begin with one.</summary>
    public static (Machine? Machine, string Work) Split(string text, IReadOnlyList<Machine> machines)
    {
        var match = Address().Match(text);
        return match.Success && Find(match.Value, machines) is { } machine ? (machine, text[match.Length..].TrimStart()) : (null, text);
    }

    // A day is written the same way: "on friday: remind me". Chinese follows a name without a space: "@nas看看磁盘".
    [GeneratedRegex(
        @"^\s*(?:@(?<name>[a-z][a-z0-9_.-]*)(?=\s|[:：,，]|[一-鿿]|$)\s*[:：,，]?|on\s+(?!(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b)(?<name>[a-z][\w-]*)\s*[:：])",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Address();

    // "list files on qnap" may mean a day or a thing: it is a machine where the rest is a plain request of its own.
    [GeneratedRegex(
        @"\s+on\s+(?!(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|average|here|disk|screen|github|root|usb|windows|linux|macos|mac)\b)(?<name>[a-z][\w-]*)\s*[.!?。！？]*$|^\s*在\s*(?<name>[a-z][\w-]*)\s*(?:上面|上)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Place();

    private static bool Names(string text, string name)
    {
        if (!text.Contains(name, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var escaped = Regex.Escape(name);
        string[] patterns =
        [
            $@"(?<![\w@.])@{escaped}{Border}",
            $@"^\s*(?:on|in)\s+{escaped}{Border}(?=\s*[:：,，]|\s)",
            $@"^\s*(?:ask|tell|have|let|让|叫|请|去|到)\s*{escaped}{Border}",
            $@"(?:^|\s)(?:on|in)\s+{escaped}\s*[.!?。！？]*\s*$",
            $@"\bon\s+{escaped}\s*[:：]",
            $@"在\s*{escaped}\s*(?:上|里|中)",
            $@"(?<![A-Za-z0-9_.-]){escaped}\s*(?:上面|里面|上(?![周次个午传网线升])|里)",
        ];
        return patterns.Any(pattern => Regex.IsMatch(text, pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, _limit));
    }

    private static bool NamesInside(string text, string name) =>
        text.Contains(name, StringComparison.OrdinalIgnoreCase)
        && Regex.IsMatch(
            text, $@"\b(?:on|from|{Things}\s+(?:of|in))\s+{Regex.Escape(name)}{Border}|(?<![A-Za-z0-9_.-]){Regex.Escape(name)}(?:['’]s\s|\s*的)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, _limit);
}
