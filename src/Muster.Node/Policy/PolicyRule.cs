using System.IO.Enumeration;
using Muster.Node.Tools;

namespace Muster.Node.Policy;

/// <summary>One entry of <c>tools.policy</c>: <c>{tool: shell, pattern: "git *", action: allow}</c>. The first that fits decides.</summary>
/// <param name="Tool">A tool's name, today's or an older one; <c>*</c> and <c>?</c> stand for any text.</param>
/// <param name="Pattern">For <c>shell</c> matched with each command of the line, for others with where the path leads, the address or the pin (<see cref="ToolSubject"/>), else with the arguments as JSON.</param>
public sealed record PolicyRule(string Tool, string Pattern, PolicyAction Action)
{
    /// <exception cref="FormatException">With a sentence that names what is wrong.</exception>
    public static PolicyRule Parse(string tool, string? pattern, string action)
    {
        if (tool.Length == 0)
        {
            throw new FormatException("tools.policy: an entry needs `tool`, for example `tool: shell`.");
        }

        return Enum.TryParse<PolicyAction>(action, ignoreCase: true, out var parsed) && Enum.IsDefined(parsed)
            ? new PolicyRule(tool, string.IsNullOrEmpty(pattern) ? "*" : pattern, parsed)
            : throw new FormatException($"tools.policy: `action: {action}` is none of allow, ask, deny.");
    }

    internal bool IsFor(string tool) =>
        ToolNames.Expand(Tool).Any(name => FileSystemName.MatchesSimpleExpression(name, tool));

    /// <param name="subject">The command, the path or the arguments.</param>
    internal bool Fits(string subject) =>
        Pattern == "*" || FileSystemName.MatchesSimpleExpression(Pattern, subject, ignoreCase: false)
        // "git *" means git without arguments too.
        || (Pattern.EndsWith(" *", StringComparison.Ordinal) && subject == Pattern[..^2]);
}
