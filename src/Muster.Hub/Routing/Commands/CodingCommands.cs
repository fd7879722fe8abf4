using System.Text.RegularExpressions;

namespace Muster.Hub.Routing.Commands;

/// <summary>Opens a coding session on a machine.</summary>
internal sealed partial class NewCommand : MachineCommand
{
    public override string Name => "new";

    public override (string Usage, string English, string Chinese) Help =>
        ("/new [--timeout SECONDS] PROJECT: PROMPT", "a coding session in that folder of the active machine", "在当前机器的该文件夹打开编程会话");

    public override string? ForMachine(string argument) => Options().IsMatch(argument) ? "/new " + argument : null;

    protected override string Missing(bool chinese) => chinese
        ? "哪个项目？例如 /new todo_app: 修复登录问题，或 /new --timeout 120 --agent claude todo_app: …（--timeout 是秒数）"
        : "Which project? For example: /new todo_app: fix the login bug, or /new --timeout 120 --agent claude todo_app: … (the timeout in seconds)";

    [GeneratedRegex(@"^(?:--timeout\s+\d+(?:\.\d+)?\s+|--agent\s+\S+\s+)*(?!--)\S", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 200)]
    private static partial Regex Options();
}

/// <summary>Gives a prompt to a coding session without making it the active one.</summary>
internal sealed class SendCommand : MachineCommand
{
    public override string Name => "send";

    public override (string Usage, string English, string Chinese) Help => ("/send SESSION: PROMPT", "a prompt for that coding session", "把任务发给该编程会话");

    public override string? ForMachine(string argument) => Text(argument);

    /// <returns>Null where either part is missing.</returns>
    public static string? Text(string argument) =>
        argument.IndexOfAny([':', '：']) is > 0 and var at && argument[(at + 1)..].Trim().Length > 0 ? $"/send {argument[..at].Trim()}: {argument[(at + 1)..].Trim()}" : null;

    protected override string Missing(bool chinese) => chinese ? "发给哪个会话？例如 /send todo_app: 跑一遍测试" : "To which session, and what? For example: /send todo_app: run the tests";
}

internal sealed class CloseCommand : MachineCommand
{
    public override string Name => "close";

    public override (string Usage, string English, string Chinese) Help => ("/close [N|NAME]", "close a coding session, the active one by default", "关闭编程会话，默认为当前会话");

    public override string ForMachine(string argument) => $"/close {argument}".TrimEnd();

    protected override string Missing(bool chinese) => "";
}

internal sealed class SwitchCommand : MachineCommand
{
    public override string Name => "switch";

    public override (string Usage, string English, string Chinese) Help => ("/switch N|NAME", "make that coding session the active one", "切换当前编程会话");

    public override string? ForMachine(string argument) => argument.Length > 0 ? "/switch " + argument : null;

    protected override string Missing(bool chinese) => chinese ? "切换到哪个会话？/status 列出全部。" : "To which session? /status lists them.";
}

internal sealed class DirectCommand : MachineCommand
{
    public override string Name => "direct";

    public override (string Usage, string English, string Chinese) Help => ("/direct", "send all that you write here to the coding session", "此后的消息都直接发给编程会话");

    public override string ForMachine(string argument) => $"/direct {argument}".TrimEnd();

    protected override string Missing(bool chinese) => "";
}

internal sealed class SmartCommand : MachineCommand
{
    public override string Name => "smart";

    public override (string Usage, string English, string Chinese) Help => ("/smart", "give the assistant back the word", "回到助手");

    public override string ForMachine(string argument) => "/smart";

    protected override string Missing(bool chinese) => "";
}
