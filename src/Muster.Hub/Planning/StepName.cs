using System.Text.RegularExpressions;

namespace Muster.Hub.Planning;

/// <summary>The step of a plan that a message is addressed to: <c>fetch: …</c>, <c>step fetch: …</c>, <c>步骤 fetch：…</c>.</summary>
internal static partial class StepName
{
    private const int LimitMilliseconds = 200;

    /// <param name="steps">Names, in their order.</param>
    /// <returns>Its place, and the rest of the message; without one, the message as it is.</returns>
    public static (int? Step, string Text) Split(string text, IReadOnlyList<string> steps)
    {
        if (Address().Match(text) is not { Success: true } match || text[match.Length..].Trim() is not { Length: > 0 } rest)
        {
            return (null, text);
        }

        for (var at = 0; at < steps.Count; at++)
        {
            if (string.Equals(steps[at], match.Groups["step"].Value, StringComparison.OrdinalIgnoreCase))
            {
                return (at, rest);
            }
        }

        return (null, text);
    }

    [GeneratedRegex(@"^\s*(?:step\s+|步骤\s*)?(?<step>[\w.-]+)\s*[:：]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Address();
}
