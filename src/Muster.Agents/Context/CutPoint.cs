using Muster.Agents.Messages;

namespace Muster.Agents.Context;

/// <summary>Where a context is cut: what comes before is summarised, the rest stays.</summary>
/// <param name="FirstKept">Never a tool result, which would lose its call.</param>
/// <param name="TurnStart">Where the turn begins that is cut through; equal to <paramref name="FirstKept"/> when none is.</param>
internal sealed record CutPoint(int FirstKept, int TurnStart)
{
    /// <returns>Null when there is nothing old enough to be summarised.</returns>
    public static CutPoint? Find(IReadOnlyList<AgentMessage> context, int keepTokens)
    {
        // A summary alone is not worth summarising again.
        var least = context is [SummaryMessage, ..] ? 2 : 1;
        var wanted = context.Count;
        for (var tokens = 0; wanted > 0 && tokens < keepTokens; wanted--)
        {
            tokens += TokenEstimate.Of(context[wanted - 1]);
        }

        var first = Enumerable.Range(wanted, context.Count - wanted).FirstOrDefault(MayBegin, -1);
        first = first >= 0 ? first : Enumerable.Range(0, wanted).LastOrDefault(MayBegin, -1);
        if (first < least)
        {
            return null;
        }

        var turn = first;
        while (turn >= least && context[turn] is not UserMessage)
        {
            turn--;
        }

        return new CutPoint(first, context[turn] is UserMessage ? turn : first);

        bool MayBegin(int index) => context[index] is not ToolResultMessage and not SummaryMessage;
    }
}
