using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Offline;

/// <summary>One kind of request: how it is worded, the tool it needs, and how the result is told.</summary>
/// <param name="Tool">The name of the tool.</param>
/// <param name="Pattern">Anchored at both ends.</param>
/// <param name="Arguments">From the match to the tool's arguments; null if it is no such request after all.</param>
/// <param name="Answer">From a result that is no error to Markdown for a person.</param>
internal sealed record OfflineRule(
    string Tool,
    Regex Pattern,
    Func<Match, JsonObject?> Arguments,
    Func<ToolReply, string> Answer)
{
    /// <summary>Matches the message as it was typed, because part of it is taken word for word.</summary>
    public bool Verbatim { get; init; }

    /// <summary>Takes what is to be remembered or told later, in which a machine's name at the end is no address.</summary>
    public bool Tells { get; init; }

    public OfflinePlan? Match(Phrase phrase)
    {
        var read = Tells ? phrase.Told : phrase;
        var match = Pattern.Match(Verbatim ? read.Raw : read.Plain);
        return match.Success && Arguments(match) is { } arguments ? new OfflinePlan(this, match, arguments) : null;
    }
}

internal sealed record OfflinePlan(OfflineRule Rule, Match Match, JsonObject Arguments);
