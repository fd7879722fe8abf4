using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Offline.Rules;

internal static partial class ReminderRules
{
    // A year; longer is a slip of the finger.
    private const long Longest = 366L * 86_400;

    public static IReadOnlyList<OfflineRule> All { get; } =
    [
        .. ((Regex[])[Before, After, Chinese]).Select(pattern => new OfflineRule("schedule", pattern, Arguments, Answer)),
        .. ((Regex[])[AnyTime, AnyTimeChinese]).Select(pattern => new OfflineRule("schedule", pattern, AnyTimeArguments, AnswerAnyTime)),
    ];

    private static JsonObject? Arguments(Match match)
    {
        var seconds = Count(match.Groups["n"].Value) * Unit(match.Groups["unit"].Value);
        var message = match.Groups["msg"].Value.Trim().Trim('"', '“', '”', '：', ':', '，', ',').Trim();
        return seconds is < 1 or > Longest ? null : new JsonObject
        {
            ["action"] = "remind",
            ["delay_seconds"] = (long)seconds,
            ["message"] = message.Length == 0 ? "⏰" : message,
        };
    }

    /// <summary>When is left to the tool: it knows the clock.</summary>
    private static JsonObject AnyTimeArguments(Match match) => new() { ["action"] = "remind", ["message"] = match.Value };

    private static string AnswerAnyTime(ToolReply reply) => reply.Text;

    private static string Answer(ToolReply reply)
    {
        var span = Format.Span((long)reply.Plan.Arguments["delay_seconds"]!, reply.IsChinese);
        var message = reply.Argument("message");
        // The tool names what it made, and says where that would not outlive the command.
        var made = reply.Text.Split('\n').SkipWhile(line => !line.StartsWith('#')).ToList();
        return reply.Say($"I will remind you in {span}: {message}", $"{span}后提醒你：{message}") + string.Concat(made.Select(line => "\n" + line));
    }

    private static double Count(string text) => text.ToLowerInvariant() switch
    {
        "a" or "an" or "one" or "一" => 1,
        "half an" or "half a" or "半" => 0.5,
        "a couple of" or "two" or "两" or "二" => 2,
        "three" or "三" => 3,
        "five" or "五" => 5,
        "ten" or "十" => 10,
        "fifteen" or "十五" => 15,
        "twenty" or "二十" => 20,
        "thirty" or "三十" => 30,
        _ => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : 0,
    };

    private static long Unit(string text) => text.ToLowerInvariant() switch
    {
        ['s', ..] or ['秒', ..] => 1,
        ['m', ..] or ['分', ..] => 60,
        ['h', ..] or "小时" or "钟头" => 3600,
        _ => 86_400,
    };

    private const string Amount = "(?<n>\\d{1,6}(?:\\.\\d{1,3})?|half an?|a couple of|an?|one|two|three|five|ten|fifteen|twenty|thirty) ?(?<unit>seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)";

    [GeneratedRegex("^(?:remind|ping|notify|alert) me (?:in|after) " + Amount + "(?:(?:,|:)? (?:to |that |about |of )?(?<msg>.+))?$|^(?:in|after) " + Amount + ",? (?:please )?remind me (?:to |that |about |of )?(?<msg>.+)$|^set (?:a |an )?(?:timer|reminder|alarm) (?:for|in|of) " + Amount + "(?: (?:to |for |about |called )?(?<msg>.+))?$", RegexOptions.IgnoreCase | RegexOptions.Singleline, 1000)]
    private static partial Regex Before { get; }

    [GeneratedRegex("^(?:remind|notify) me (?:to |that |about |of )?(?<msg>.+?) (?:in|after) " + Amount + "(?: from now)?$", RegexOptions.IgnoreCase | RegexOptions.Singleline, 1000)]
    private static partial Regex After { get; }

    private const string 时长 = "(?<n>\\d{1,6}(?:\\.\\d{1,3})?|[一二两三五十半]+)\\s*(?:个)?(?:半)?(?<unit>秒钟|秒|分钟|分|小时|钟头|天)(?:钟)?";

    [GeneratedRegex("^(?:过)?" + 时长 + "(?:之后|以后|后)?[，,]?\\s*(?:请)?(?:提醒|叫|通知)(?:我)?(?:一下)?[：:，,]?(?<msg>.*)$|^(?:提醒|叫|通知)我(?:在)?\\s*" + 时长 + "(?:之后|以后|后)[：:，,]?\\s*(?<msg>.*)$", RegexOptions.Singleline, 1000)]
    private static partial Regex Chinese { get; }

    [GeneratedRegex("^(?:remind|notify|alert|wake) me(?: up)? (?:to |that |about |of |at |on |by |when |every |each |tomorrow|tonight|today|next |this |later).*$|^(?:set|create|add|make) (?:me )?(?:a |an )?(?:timer|reminder|alarm)(?: .*)?$|^(?:at |on |by |every |tomorrow|tonight|next ).{0,60}?,? remind me .+$", RegexOptions.IgnoreCase | RegexOptions.Singleline, 1000)]
    private static partial Regex AnyTime { get; }

    [GeneratedRegex("^(?:.{0,30}?)(?:提醒|叫醒)(?:我|一下).*$|^(?:设置|设定|设|定|创建|添加)(?:一个|个)?.{0,20}?(?:提醒|闹钟|定时器).{0,60}$", RegexOptions.Singleline, 1000)]
    private static partial Regex AnyTimeChinese { get; }
}
