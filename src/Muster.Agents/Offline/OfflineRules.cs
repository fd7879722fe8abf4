using System.Text.RegularExpressions;
using Muster.Agents.Offline.Rules;
using Muster.Agents.Offline.Rules.Work;

namespace Muster.Agents.Offline;

/// <summary>All rules, in the order in which they are tried.</summary>
internal static class OfflineRules
{
    private static readonly OfflineRule[] All =
    [
        .. TaskRules.All,
        .. SendRules.All,
        .. CommandRules.All,
        .. CodingRules.All,
        .. ReminderRules.All,
        .. NoteRules.All,
        .. WebRules.All,
        .. MachineRules.All,
        .. ClockRules.All,
        .. DiskRules.All,
        .. MemoryRules.All,
        .. LoadRules.All,
        .. WriteRules.All,
        .. ReadRules.All,
        .. NameRules.All,
        .. ListRules.All,
        .. FindRules.All,
    ];

    public static OfflinePlan? Match(Phrase phrase)
    {
        try
        {
            return First(phrase) ?? (phrase.WithoutMachine() is { } plain ? First(plain) : null);
        }
        catch (RegexMatchTimeoutException)
        {
            // Made to be slow; no plain request is.
            return null;
        }
    }

    /// <summary>Whether they know it once the machine that it names is left out, and only then: "list files on nas".</summary>
    public static bool KnowWithoutMachineAlone(Phrase phrase)
    {
        try
        {
            return First(phrase) is null && phrase.WithoutMachine() is { } plain && First(plain) is not null;
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static OfflinePlan? First(Phrase phrase) => All.Select(rule => rule.Match(phrase)).FirstOrDefault(plan => plan is not null);
}
