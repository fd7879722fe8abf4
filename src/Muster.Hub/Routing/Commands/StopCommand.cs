using System.Text.RegularExpressions;

namespace Muster.Hub.Routing.Commands;

internal sealed partial class StopCommand : ICommand
{
    private const int LimitMilliseconds = 200;

    public string Name => "stop";

    public (string Usage, string English, string Chinese) Help => ("/stop", "stop what runs in this conversation, at once", "立即停止本对话的工作");

    /// <summary>Recognised before any queue: the command, or a word that means nothing else when it is the whole message.</summary>
    public static bool IsStop(string text) => Stops().IsMatch(text);

    public CommandResult Run(CommandCall call) => new CommandResult.Stop();

    // Words behind the command change nothing; one that is addressed is a command like any other.
    [GeneratedRegex(@"^\s*(?:/stop(?:[\s:：].*)?|(?:/stop|stop|停|停止|停下)\s*[.!。！]*\s*)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline, LimitMilliseconds)]
    private static partial Regex Stops();
}
