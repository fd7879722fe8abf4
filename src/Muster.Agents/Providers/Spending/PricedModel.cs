using System.Runtime.CompilerServices;
using Muster.Agents.Context;
using Muster.Agents.Messages;
using Muster.Agents.Models;

namespace Muster.Agents.Providers.Spending;

/// <summary>A model at a price: what a call can cost is set aside before it, and what it did cost is settled before its end is told.</summary>
internal sealed class PricedModel(ModelOptions model, ModelPrice price, Lazy<ModelStream> inner, ITokenPurse purse, TimeProvider time)
{
    /// <summary>Tokens of an answer that are reserved for a model without <c>max_tokens</c>.</summary>
    public const int UsualAnswer = 8_192;

    public async IAsyncEnumerable<ModelEvent> Stream(ModelRequest request, [EnumeratorCancellation] CancellationToken abort)
    {
        var (call, refusal) = await ReserveAsync(request, abort);
        if (refusal is not null)
        {
            yield return refusal;
            yield break;
        }

        AssistantDraft? draft = null;
        var settled = false;
        try
        {
            await foreach (var step in inner.Value(request, abort).WithCancellation(abort))
            {
                draft = step.Partial;
                if (step is ModelEvent.Done or ModelEvent.Failed && !settled)
                {
                    // Before whoever reads this writes it down: what is written down has been paid for.
                    settled = true;
                    await purse.SettleAsync(call, price.Of(Used(request, step is ModelEvent.Done done ? done.Message : ((ModelEvent.Failed)step).Message)));
                }

                yield return step;
            }
        }
        finally
        {
            if (!settled)
            {
                await purse.SettleAsync(call, draft is null ? 0 : price.Of(Used(request, draft.Snapshot())));
            }
        }
    }

    /// <summary>The most that this request can cost: its estimate and a quarter more, and the longest answer.</summary>
    public static long AtMost(ModelOptions model, ModelPrice price, ModelRequest request)
    {
        var input = InputOf(request);
        return price.AtMost(input + input / 4L, request.Settings.MaxTokens ?? model.MaxTokens ?? UsualAnswer);
    }

    /// <summary>What the provider counted; of an answer that was cut off before that, an estimate of what was read and of what had come.</summary>
    private static Usage Used(ModelRequest request, AssistantMessage answer) =>
        answer.Usage != Usage.None || answer.Content.Count == 0
            ? answer.Usage
            : new Usage(InputOf(request), answer.Content.Sum(block => (long)TokenEstimate.Of(TextOf(block))));

    private static string TextOf(ContentBlock block) => block switch
    {
        TextBlock text => text.Text,
        ThinkingBlock thinking => thinking.Text,
        ToolCallBlock call => call.Name + call.Arguments.GetRawText(),
        _ => "",
    };

    /// <summary>Of all that is sent: what an answer in it counted may have been for what is not in it any more.</summary>
    private static int InputOf(ModelRequest request) =>
        TokenEstimate.Of(request.System)
        + request.Tools.Sum(tool => TokenEstimate.Of(tool.Name) + TokenEstimate.Of(tool.Description) + TokenEstimate.Of(tool.Parameters.GetRawText()))
        + request.Messages.Sum(TokenEstimate.Of);

    private async Task<(string Call, ModelEvent? Refusal)> ReserveAsync(ModelRequest request, CancellationToken abort)
    {
        try
        {
            return (await purse.ReserveAsync(model.Name, AtMost(model, price, request), abort), null);
        }
        catch (SpendingRefusedException refused)
        {
            return ("", Draft().Fail(refused.Message, new ModelFailure(ModelFailureKind.Invalid)));
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            return ("", Draft().Abort());
        }
    }

    private AssistantDraft Draft() => new("", model.Model ?? model.Name, time.GetUtcNow());
}
