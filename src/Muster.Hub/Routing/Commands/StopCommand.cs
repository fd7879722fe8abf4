namespace Muster.Hub.Routing.Commands;

internal sealed class StopCommand : ICommand
{
    public string Name => "stop";

    public (string Usage, string English, string Chinese) Help => ("/stop", "stop what runs in this conversation, at once", "立即停止本对话的工作");

    /// <summary>Recognised before any queue: the command, or a word that means nothing else when it is the whole message.</summary>
    public static bool IsStop(string text) =>
        text.Trim().TrimEnd('.', '!', '。', '！').ToLowerInvariant() is "/stop" or "stop" or "停" or "停止" or "停下";

    public CommandResult Run(CommandCall call) => new CommandResult.Stop();
}
