using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Offline.Rules;

/// <summary>Reminders: the sentence goes whole to the tool, which knows the clock and reads the time in it.</summary>
internal static partial class ReminderRules
{
    public static IReadOnlyList<OfflineRule> All { get; } =
        [.. ((Regex[])[English, Chinese]).Select(pattern => new OfflineRule("schedule", pattern, match => new JsonObject { ["action"] = "remind", ["message"] = match.Value }, reply => reply.Text) { Tells = true })];

    [GeneratedRegex(
        "^(?:remind|ping|notify|alert|wake) me(?: up)? (?:to |that |about |of |in |after |at |on |by |when |every |each |tomorrow|tonight|today|next |this |later).*$"
        + "|^(?:set|create|add|make) (?:me )?(?:a |an )?(?:timer|reminder|alarm)(?: .*)?$|^(?!(?:on|in) [a-z][\\w.-]*:)(?:in |after |at |on |by |every |tomorrow|tonight|next ).{0,60}?,? (?:please )?remind me .+$",
        RegexOptions.IgnoreCase | RegexOptions.Singleline, 1000)]
    private static partial Regex English { get; }

    [GeneratedRegex(
        "^(?:.{0,30}?)(?:提醒|叫醒)(?:我|一下).*$|^过?(?:[\\d.零一二两三四五六七八九十半]{1,7}\\s*个?半?(?:秒|分|小时|钟头|天)钟?半?\\s*){1,3}(?:之后|以后|后)?[，,]?\\s*请?(?:提醒|叫|通知).*$|^(?:叫|通知)我(?:在)?.{1,20}?后.*$"
        + "|^(?:设置|设定|设|定|创建|添加)(?:一个|个)?.{0,20}?(?:提醒|闹钟|定时器).{0,60}$",
        RegexOptions.Singleline, 1000)]
    private static partial Regex Chinese { get; }
}
