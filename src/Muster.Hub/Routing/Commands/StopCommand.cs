namespace Muster.Hub.Routing.Commands;

internal sealed class StopCommand : ICommand
{
    public string Name => "stop";

    public (string Usage, string English, string Chinese) Help => ("/stop", "stop what runs in this conversation, at once", "立即停止本对话的工作");

    /// <summary>Recognised before any queue: the command, or a word that means nothing else when it is the whole message. One that is addressed is not.</summary>
    public static bool IsStop(string text)
    {
        var plain = text.Trim().TrimEnd('.', '!', '。', '！').ToLowerInvariant();
        return plain is "stop" or "停" or "停止" or "停下" || plain.Split((char[]?)null, 2)[0].TrimEnd(':', '：') == "/stop";
    }

    public CommandResult Run(CommandCall call) => new CommandResult.Say(
        call.Chinese ? "只写 /stop，它会停止本对话的全部工作。" : "Write /stop alone: it ends all that goes on in this conversation.", "warning");
}
