using System.Text.RegularExpressions;

namespace Muster.Hub.Routing.Commands;

/// <summary>Opens a coding session on a machine.</summary>
internal sealed partial class NewCommand : MachineCommand
{
    public override string Name => "new";

    public override (string Usage, string English, string Chinese) Help =>
        ("/new [--timeout SECONDS] [--agent NAME] PROJECT: PROMPT", "a coding session in that folder of the active machine", "在当前机器的该文件夹打开编程会话");

    public override string? ForMachine(string argument) => Options().IsMatch(argument) ? "/new " + argument : null;

    protected override string Missing(string argument, bool chinese)
    {
        var words = argument.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        for (var at = 0; at < words.Length && words[at].StartsWith("--", StringComparison.Ordinal); at += 2)
        {
            if (Mistake(words[at], words.ElementAtOrDefault(at + 1), chinese) is { } mistake)
            {
                return mistake;
            }
        }

        return chinese
            ? "哪个项目？例如 /new todo_app: 修复登录问题，或 /new --timeout 120 --agent claude todo_app: …（--timeout 是秒数）"
            : "Which project? For example: /new todo_app: fix the login bug, or /new --timeout 120 --agent claude todo_app: … (the timeout in seconds)";
    }

    private static string? Mistake(string option, string? value, bool chinese) => option.ToLowerInvariant() switch
    {
        "--timeout" when value is null || !Seconds().IsMatch(value) => chinese
            ? $"--timeout 后面是秒数，例如 /new --timeout 120 todo_app: …{(value is null ? "" : $"“{value}”不是秒数。")}"
            : $"--timeout takes a number of seconds{(value is null ? "" : $", and \"{value}\" is none")}. For example: /new --timeout 120 todo_app: …",
        "--agent" when value is null => chinese ? "--agent 后面是编程代理的名字，例如 /new --agent claude todo_app: …" : "--agent takes the name of a coding agent. For example: /new --agent claude todo_app: …",
        "--timeout" or "--agent" => null,
        _ => chinese ? $"/new 没有选项 {option}，只有 --timeout 秒数 和 --agent 名字。" : $"/new has no option {option}, only --timeout SECONDS and --agent NAME.",
    };

    [GeneratedRegex(@"^\d+(?:\.\d+)?$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Seconds();

    [GeneratedRegex(@"^(?:--timeout\s+\d+(?:\.\d+)?\s+|--agent\s+\S+\s+)*(?!--)\S", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 200)]
    private static partial Regex Options();
}
