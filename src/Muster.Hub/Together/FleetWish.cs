using System.Text.RegularExpressions;
using Muster.Hub.Routing.Commands;

namespace Muster.Hub.Together;

/// <summary>One request for many machines.</summary>
/// <param name="Select">Which: <c>all</c>, a system, <c>tag:NAME</c> or <c>tag:NAME=VALUE</c>, <c>capability:NAME</c>, or names.</param>
/// <param name="Command">What a shell runs; null with <paramref name="Request"/>.</param>
/// <param name="Request">What an agent is asked on each.</param>
/// <param name="Seconds">Each machine has so long.</param>
/// <param name="Concurrency">Machines that work at one time.</param>
internal sealed partial record FleetWish(string Select, string? Command, string? Request, double Seconds, int Concurrency)
{
    public const double UsualSeconds = 60;
    public const double MostSeconds = 3600;

    /// <summary>As many as one wave may hold: the machines do the work, and the hub waits alone.</summary>
    public const int MostAtOnce = 64;

    private const int LimitMilliseconds = 200;

    /// <summary>What each machine is asked: a command as a line that no model decides about.</summary>
    public string Objective => Command is null ? Request! : "$ " + Command;

    /// <summary><c>@all /shell df -h</c>, <c>@linux how full is the disk?</c>; null for any other message.</summary>
    public static FleetWish? Parse(string text)
    {
        var match = Address().Match(text);
        if (!match.Success || match.Groups["work"].Value.Trim() is not { Length: > 0 } work)
        {
            return null;
        }

        var select = match.Groups["select"].Value.ToLowerInvariant() switch
        {
            "everyone" or "everywhere" or "所有" or "全部" or "所有机器" => "all",
            _ => match.Groups["select"].Value,
        };
        var command = AsCommand().Match(work);
        return command.Success ? new FleetWish(select, command.Groups["line"].Value.Trim(), null, UsualSeconds, MostAtOnce)
            : CommandBook.IsCommand(work) ? null
            : new FleetWish(select, null, work, UsualSeconds, MostAtOnce);
    }

    /// <summary>A command that is addressed to many, which none can be, such as <c>@all /status</c>; null for any other message.</summary>
    /// <returns>To whom, and the command with all that follows it.</returns>
    public static (string Address, string Command)? CommandIn(string text) =>
        Parse(text) is null && Address().Match(text) is { Success: true } match && CommandBook.IsCommand(match.Groups["work"].Value)
        && !match.Groups["work"].Value.StartsWith("/shell", StringComparison.OrdinalIgnoreCase) // a command line is missing
            ? ("@" + match.Groups["select"].Value, match.Groups["work"].Value.Trim())
            : null;

    [GeneratedRegex(
        @"^\s*@(?<select>all|everyone|everywhere|所有机器|所有|全部|linux|windows|macos|(?:tag|capability):[^\s:：,，]+)(?:\s*[:：,，]\s*|\s+)(?<work>\S.*)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline, LimitMilliseconds)]
    private static partial Regex Address();

    [GeneratedRegex(@"^(?:/shell\s+|\$\s+)(?<line>\S.*)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline, LimitMilliseconds)]
    private static partial Regex AsCommand();
}
