using System.Text.Json;
using System.Text.RegularExpressions;

namespace Muster.Node.Policy.Owner;

/// <summary>
/// A sentence of the owner that forbids something, as a guard: "never delete mail", "don't push to main", "ask before deleting photos",
/// "不要删除邮件". It is held against every call, whatever the model has forgotten or was told. It knows words and no meanings, so it stands beside the
/// policy and the sandbox and replaces neither.
/// </summary>
/// <param name="Text">As it was written.</param>
/// <param name="Action">Deny, or ask where the rule lets a person say yes.</param>
/// <param name="Does">Words of calls that do it; <see cref="RuleWords.Any"/> for all.</param>
/// <param name="Things">What it is about: one of them, each of whose parts is named in one way or another. None: whatever it is about.</param>
internal sealed partial record OwnerRule(string Text, PolicyAction Action, IReadOnlySet<string> Does, IReadOnlyList<IReadOnlyList<IReadOnlyList<string>>> Things)
{
    private const int LimitMilliseconds = 1000;

    /// <summary>The sentences that are enforced; the others are advice to the model.</summary>
    public static IReadOnlyList<OwnerRule> Of(IEnumerable<string> sentences) => [.. sentences.Select(TryParse).OfType<OwnerRule>()];

    /// <summary>Null for a sentence that forbids nothing, or whose verb is not known.</summary>
    public static OwnerRule? TryParse(string sentence)
    {
        var text = sentence.Trim().TrimEnd('.', '!', '。', '！');
        return English(sentence, text.ToLowerInvariant()) ?? Chinese(sentence, text);
    }

    public PolicyDecision? Decide(string tool, JsonElement arguments)
    {
        if (CallWords.Of(tool, arguments) is not { } call
            || !(ReferenceEquals(Does, RuleWords.Any) || call.HasAny(Does))
            || !(Things.Count == 0 || Things.Any(thing => thing.All(part => part.Any(call.Has)))))
        {
            return null;
        }

        return Action == PolicyAction.Deny
            ? PolicyDecision.Deny($"The owner's rule \"{Text}\" forbids this.")
            : PolicyDecision.Ask($"The owner's rule \"{Text}\" wants a person's yes for this.");
    }

    private static OwnerRule? English(string sentence, string text)
    {
        var asks = AskFirst().Match(text);
        var match = asks.Success ? asks : Never().Match(text);
        if (!match.Success || RuleWords.OfVerb(match.Groups["verb"].Value) is not { } does)
        {
            return null;
        }

        var rest = match.Groups["rest"].Value;
        var unasked = Unasked().Match(rest);
        var things = Or().Split(unasked.Success ? rest[..unasked.Index] : rest)
            .Select(alternative => Part().Matches(alternative).Select(word => word.Value.Trim('"', '\'', '`', ',').TrimStart('~', '/').TrimEnd('/'))
                .Where(word => word.Length > 0 && !RuleWords.SaysNothing(word)).Select(RuleWords.OfThing).ToList())
            .ToList();
        // A verb such as "use" that is about nothing in particular would forbid everything.
        return ReferenceEquals(does, RuleWords.Any) && things.Exists(thing => thing.Count == 0)
            ? null
            : new OwnerRule(sentence, asks.Success || unasked.Success ? PolicyAction.Ask : PolicyAction.Deny, does, Named(things));
    }

    private static OwnerRule? Chinese(string sentence, string text)
    {
        var asks = AskFirstChinese().Match(text);
        var match = asks.Success ? asks : NeverChinese().Match(text);
        var rest = match.Success ? match.Groups["rest"].Value : "";
        if (rest.Length == 0 || RuleWords.ChineseVerbs.FirstOrDefault(verb => rest.StartsWith(verb, StringComparison.Ordinal)) is not { } found)
        {
            return null;
        }

        var does = RuleWords.OfVerb(found)!;
        var things = OrChinese().Split(rest[found.Length..].ToLowerInvariant())
            .Select(alternative => RuleWords.WithoutFillers(alternative).Trim().TrimStart('~', '/').TrimEnd('/'))
            .Select(word => word.Length == 0 ? new List<IReadOnlyList<string>>() : [RuleWords.OfThing(word)])
            .ToList();
        return ReferenceEquals(does, RuleWords.Any) && things.Exists(thing => thing.Count == 0)
            ? null
            : new OwnerRule(sentence, asks.Success ? PolicyAction.Ask : PolicyAction.Deny, does, Named(things));
    }

    /// <summary>One that names nothing means everything, and so makes the others needless.</summary>
    private static List<List<IReadOnlyList<string>>> Named(List<List<IReadOnlyList<string>>> things) => things.Exists(thing => thing.Count == 0) ? [] : things;

    [GeneratedRegex(@"^(?:please\s+)?(?:you\s+(?:must|may|should)\s+)?(?:never(?:\s+ever)?|do\s+not|don'?t|don’t|must\s+not|not)\s+(?:ever\s+)?(?<verb>[a-z]+)\b(?<rest>.*)$", RegexOptions.CultureInvariant | RegexOptions.Singleline, LimitMilliseconds)]
    private static partial Regex Never();

    [GeneratedRegex(@"^(?:please\s+)?(?:always\s+)?ask(?:\s+me)?(?:\s+first)?\s+before\s+(?:you\s+)?(?<verb>[a-z]+)\b(?<rest>.*)$", RegexOptions.CultureInvariant | RegexOptions.Singleline, LimitMilliseconds)]
    private static partial Regex AskFirst();

    [GeneratedRegex(@",?\s*(?:without\s+(?:asking|my|permission|approval)|unless\s+(?:i|you\s+ask)|before\s+asking).*$", RegexOptions.CultureInvariant | RegexOptions.Singleline, LimitMilliseconds)]
    private static partial Regex Unasked();

    [GeneratedRegex(@"\s*,\s*(?:or|and)?\s*|\s+(?:or|and)\s+", RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Or();

    [GeneratedRegex(@"[^\s,]+", RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Part();

    [GeneratedRegex("^(?:请)?(?:永远|绝对|千万|绝)?(?:不要|不许|不得|不准|不可以?|不能|禁止|严禁|绝不|别)(?:擅自|随便|再)?(?<rest>.+)$", RegexOptions.CultureInvariant | RegexOptions.Singleline, LimitMilliseconds)]
    private static partial Regex NeverChinese();

    [GeneratedRegex("^(?:请)?(?:在)?(?<rest>.+?)(?:之前|以前|前)[，,]?(?:一定|必须|都)?(?:要|得)?(?:先)?(?:问|询问)我?.*$", RegexOptions.CultureInvariant | RegexOptions.Singleline, LimitMilliseconds)]
    private static partial Regex AskFirstChinese();

    [GeneratedRegex("[、，,]|或者?|和|以及", RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex OrChinese();
}
