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

    private static OfflinePlan? First(Phrase phrase) => All.Select(rule => rule.Match(phrase)).FirstOrDefault(plan => plan is not null);
}
