using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Offline.Rules;

/// <summary>The commands of coding sessions, which the hub hands on as they were typed.</summary>
internal static partial class CodingRules
{
    private const string Tool = "coding_session";

    public static IReadOnlyList<OfflineRule> All { get; } =
    [
        new(Tool, New, NewArguments, reply => reply.Text) { Verbatim = true },
        new(Tool, Send, match => new JsonObject { ["action"] = "send", ["session"] = match.Groups["session"].Value.Trim(), ["prompt"] = match.Groups["prompt"].Value.Trim() }, reply => reply.Text) { Verbatim = true },
        new(Tool, Named, NamedArguments, reply => reply.Text) { Verbatim = true },
        new(Tool, Listed, _ => new JsonObject { ["action"] = "list" }, reply => reply.Text),
    ];

    private static JsonObject? NewArguments(Match match)
    {
        var arguments = new JsonObject { ["action"] = "new" };
        foreach (Capture option in match.Groups["option"].Captures)
        {
            var (name, value) = option.Value.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries) is [var first, var second] ? (first, second.Trim()) : ("", "");
            if (name == "--agent")
            {
                arguments["agent"] = value;
            }
            else if (name == "--timeout" && double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
            {
                arguments["timeout"] = seconds;
            }
            else
            {
                return null;
            }
        }

        // With a colon the name may have spaces; without one it is the first word.
        var rest = match.Groups["rest"].Value.Trim();
        var split = ColonAfterName.Match(rest) is { Success: true } colon ? colon : FirstWord.Match(rest);
        arguments["project"] = split.Groups["project"].Value.Trim();
        if (split.Groups["prompt"].Value.Trim() is { Length: > 0 } prompt)
        {
            arguments["prompt"] = prompt;
        }

        return arguments;
    }

    private static JsonObject NamedArguments(Match match)
    {
        var arguments = new JsonObject { ["action"] = match.Groups["action"].Value.ToLowerInvariant() };
        if (match.Groups["session"].Value.Trim() is { Length: > 0 } session)
        {
            arguments["session"] = session;
        }

        return arguments;
    }

    [GeneratedRegex(@"^/new(?<option>\s+--\w+\s+\S+)*\s+(?<rest>(?!--\w+\s)\S.*)$", RegexOptions.IgnoreCase | RegexOptions.Singleline, 1000)]
    private static partial Regex New { get; }

    [GeneratedRegex(@"\A(?<project>[^:：\n]{1,100}?)\s*(?::(?=\s|\z)|：)(?<prompt>.*)\z", RegexOptions.Singleline, 1000)]
    private static partial Regex ColonAfterName { get; }

    [GeneratedRegex(@"\A(?<project>\S+?):?(?:\s+(?<prompt>.*))?\z", RegexOptions.Singleline, 1000)]
    private static partial Regex FirstWord { get; }

    [GeneratedRegex(@"^/send\s+(?<session>[^:：\n]{1,100}?)\s*[:：]\s*(?<prompt>\S.*)$", RegexOptions.IgnoreCase | RegexOptions.Singleline, 1000)]
    private static partial Regex Send { get; }

    [GeneratedRegex(@"^/(?<action>close|switch|direct|smart)(?:\s+(?<session>[^\n]+))?$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Named { get; }

    [GeneratedRegex("^(?:list|show|what are|which are)(?: me)?(?: the| my| all)?(?: open)? coding sessions(?: are open)?$|^which coding sessions are (?:there|open)$|^(?:列出|显示|查看|有哪些)(?:全部|所有)?(?:打开的)?编程会话$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Listed { get; }
}
