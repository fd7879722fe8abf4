using System.Text.RegularExpressions;
using Muster.Agents.Tools;

namespace Muster.Hub.Planning;

/// <summary>What a message says to a plan.</summary>
/// <param name="Step">Place of the step that it is addressed to; null: to all.</param>
/// <param name="Text">Without the address.</param>
/// <param name="Unknown">It is addressed to a step by this name, and there is none.</param>
internal sealed record StepMessage(int? Step, string Text, string? Unknown = null);

/// <summary>The step of a plan that a message is addressed to: <c>fetch: …</c>, <c>step 2: …</c>, <c>步骤 fetch：…</c>.</summary>
internal static partial class StepName
{
    private const int LimitMilliseconds = 200;

    /// <param name="steps">Names, in their order.</param>
    public static StepMessage Split(string text, IReadOnlyList<string> steps)
    {
        if (Address().Match(text) is not { Success: true } match || text[match.Length..].Trim() is not { Length: > 0 } rest)
        {
            return new StepMessage(null, text);
        }

        var (name, isStep) = (match.Groups["step"].Value, match.Groups["word"].Success);
        var at = steps.ToList().FindIndex(step => Is(step, name) || (isStep && Is(step, "step" + name)));
        return at >= 0 ? new StepMessage(at, rest)
            : isStep || Numbered().IsMatch(name) || NearestName.Slip(name, steps, shortest: 4) is not null ? new StepMessage(null, text, isStep ? match.Groups["word"].Value + " " + name : name)
            : new StepMessage(null, text);
    }

    private static bool Is(string step, string name) => string.Equals(step, name, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^\s*(?:(?<word>step|步骤)\s*(?=[\w.-]+\s*[:：])(?!(?<=step)[a-z]))?(?<step>[\w.-]+)\s*[:：]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Address();

    // As the plans by words alone name their steps.
    [GeneratedRegex(@"^step\d+$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Numbered();
}
