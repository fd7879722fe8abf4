using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Offline.Rules;

/// <summary><c>run CMD</c> and <c>$ CMD</c>: the command goes to the shell tool, and so through its policy, as it stands.</summary>
internal static partial class CommandRules
{
    public static IReadOnlyList<OfflineRule> All { get; } =
        [.. ((Regex[])[Asked, Command]).Select(pattern => new OfflineRule("shell", pattern, Arguments, Answer) { Verbatim = true })];

    /// <summary>
    /// A command in a sentence that ends with a place, such as "run uptime on pi": who says so does not want the place to be two words of the
    /// command. A line that is marked as one (<c>$ uptime on pi</c>, <c>run: …</c>, in quotes) is taken as it stands.
    /// </summary>
    public static (string Command, string Place)? ElsewhereIn(OfflinePlan plan)
    {
        var command = plan.Match.Groups["cmd"];
        return command.Success && plan.Match.Value.AsSpan(0, command.Index).IndexOfAny('$', ':', '：') < 0 && Elsewhere.Match(command.Value) is { Success: true } place
            ? (command.Value, place.Groups["place"].Value)
            : null;
    }

    private static JsonObject Arguments(Match match) => new() { ["command"] = Unquoted(match.Groups["cmd"].Value.Trim()) };

    /// <summary>Quotes around the whole of it were meant for the reader.</summary>
    private static string Unquoted(string command)
    {
        var closing = command.Length > 2 ? command[0] switch { '`' => '`', '"' => '"', '\'' => '\'', '“' => '”', '‘' => '’', _ => '\0' } : '\0';
        return closing != '\0' && command.IndexOf(closing, 1) == command.Length - 1 ? command[1..^1].Trim() : command;
    }

    private static string Answer(ToolReply reply)
    {
        if (reply.Json is not { ValueKind: System.Text.Json.JsonValueKind.Object } json)
        {
            return Format.Block(reply.Text);
        }

        var output = Format.Text(json, "stdout").TrimEnd();
        var errors = Format.Text(json, "stderr").TrimEnd();
        var code = Format.Number(json, "exit_code");
        List<string> parts = [];
        if (output.Length > 0)
        {
            parts.Add(Format.Block(output));
        }

        if (errors.Length > 0)
        {
            parts.Add(reply.Say("Errors:", "错误输出：") + "\n" + Format.Block(errors));
        }

        var note = Format.Text(json, "note");
        if (note.Length > 0)
        {
            parts.Add(reply.Say(note, $"说明：{note}"));
        }

        // One that a signal ended has no code of its own; the note says why it was ended.
        if (code > 128 && note.Length > 0)
        {
            return string.Join("\n\n", parts);
        }

        if (code != 0)
        {
            parts.Add(reply.Say($"The command ended with exit code {code}.", $"命令以退出码 {code} 结束。"));
        }
        else if (parts.Count == 0)
        {
            parts.Add(reply.Say("Done; the command printed nothing.", "完成，命令没有输出。"));
        }

        return string.Join("\n\n", parts);
    }

    [GeneratedRegex(@"\s(?<place>on [a-z][\w-]*)\s*[.!?]*$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Elsewhere { get; }

    [GeneratedRegex(@"^(?:(?:hey|hi|hello)(?: muster)?[,! ]+)?(?:please )?(?:can|could|would|will) you (?:please )?(?:run|execute)(?: (?:the|this) command)?:?\s+(?<cmd>\S.*?)(?:,? (?:for me|please|for me please))?\s*\??$", RegexOptions.IgnoreCase | RegexOptions.Singleline, 1000)]
    private static partial Regex Asked { get; }

    [GeneratedRegex(@"^(?:\$(?:\s+|(?=[a-zA-Z./~]))|(?:please )?(?:run|execute|exec)(?: (?:the|this) command)?:?\s+|(?:请|帮我|请帮我)?(?:运行|执行|跑一下)(?:一下)?" + Wording.ChineseCommand + @")(?<cmd>\S.*)$", RegexOptions.IgnoreCase | RegexOptions.Singleline, 1000)]
    private static partial Regex Command { get; }
}
