using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Agents.Models;

namespace Muster.Agents.Context;

/// <summary>Asks the agent's own model for a summary, with the same patience as for an answer.</summary>
internal sealed class Summariser(AgentOptions options, CancellationToken stop)
{
    /// <summary>Of all calls so far, failed ones too.</summary>
    public Usage Usage { get; private set; } = Usage.None;

    /// <exception cref="SummaryException">The model gave no summary.</exception>
    public async Task<string> AskAsync(string prompt)
    {
        var budget = ContextBudget.Of(options);
        var request = new ModelRequest(
            SummaryPrompt.System,
            [new UserMessage { Id = "summary_request", At = options.Time.GetUtcNow(), Content = [new TextBlock(prompt)] }],
            [],
            options.Settings with { MaxTokens = Math.Max(256, budget.Reserve * 4 / 5) });
        for (var attempt = 1; ; attempt++)
        {
            var answer = await ReadAsync(request);
            Usage += answer.Usage;
            if (answer.StopReason is StopReason.Stop or StopReason.Length && answer.Text.Trim() is { Length: > 0 } text)
            {
                return text;
            }

            if (RetryPolicy.DelayAfter(answer, attempt, options.RetryDelays) is not { } delay || stop.IsCancellationRequested)
            {
                throw new SummaryException(
                    answer.ErrorMessage ?? "The model wrote no summary.", answer.Failure?.Kind == ModelFailureKind.Overflow);
            }

            await Task.Delay(delay, options.Time, stop);
        }
    }

    private async Task<AssistantMessage> ReadAsync(ModelRequest request)
    {
        var stream = new AnswerStream(options, request, stop);
        try
        {
            while (true)
            {
                switch (await stream.NextAsync())
                {
                    case ModelEvent.Done { Message: var message }:
                        return message;
                    case ModelEvent.Failed { Message: var message }:
                        return message;
                }
            }
        }
        finally
        {
            await stream.CloseAsync();
        }
    }
}

/// <param name="tooLong">The conversation did not fit into the model.</param>
internal sealed class SummaryException(string message, bool tooLong) : Exception(message)
{
    public bool TooLong { get; } = tooLong;
}
