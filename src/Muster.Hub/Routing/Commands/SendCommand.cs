namespace Muster.Hub.Routing.Commands;

/// <summary>Gives a prompt to a coding session without making it the active one.</summary>
internal sealed class SendCommand : MachineCommand
{
    public override string Name => "send";

    public override (string Usage, string English, string Chinese) Help => ("/send SESSION: PROMPT", "a prompt for that coding session", "把任务发给该编程会话");

    public override string? ForMachine(string argument) => Text(argument);

    /// <returns>Null where either part is missing.</returns>
    public static string? Text(string argument) =>
        argument.IndexOfAny([':', '：']) is > 0 and var at && argument[(at + 1)..].Trim().Length > 0 ? $"/send {argument[..at].Trim()}: {argument[(at + 1)..].Trim()}" : null;

    protected override string? Session(string argument) => argument[..argument.IndexOfAny([':', '：'])].Trim();

    protected override string Missing(string argument, bool chinese) => chinese ? "发给哪个会话？例如 /send todo_app: 跑一遍测试" : "To which session, and what? For example: /send todo_app: run the tests";
}
