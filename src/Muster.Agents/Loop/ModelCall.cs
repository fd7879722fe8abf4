using Muster.Agents.Context;
using Muster.Agents.Journal;
using Muster.Agents.Messages;
using Muster.Agents.Models;

namespace Muster.Agents.Loop;

/// <summary>One try at one answer, streamed to the watchers and journaled before and after.</summary>
internal sealed class ModelCall(RunScope scope)
{
    public async Task<AssistantMessage> RunAsync(int turn, int attempt)
    {
        var stop = scope.Signals.Work;
        var id = scope.State.NewMessageId();
        await scope.Journal.AppendAsync(new JournalRecord.ModelCallStarted(turn, attempt, id));
        var request = await RequestAsync(scope);
        var stream = new AnswerStream(scope.Options, request, stop);
        try
        {
            return await FinishAsync(await ReadAsync(stream, id));
        }
        finally
        {
            await stream.CloseAsync();
        }
    }

    public static string SystemOf(AgentOptions options) =>
        options.Rules.Count == 0
            ? options.System
            : $"{options.System}\n\nRules that always hold:\n{string.Join('\n', options.Rules.Select(rule => $"- {rule}"))}".TrimStart();

    private static async ValueTask<ModelRequest> RequestAsync(RunScope scope)
    {
        var options = scope.Options;
        var messages = scope.State.Messages;
        if (options.Hooks.TransformContext is { } transform)
        {
            messages = await transform(messages, scope.Signals.Abort);
        }

        return new ModelRequest(SystemOf(options), ContextRepair.ForModel(messages, options.ModelName), scope.Tools.Specs, options.Settings);
    }

    private async Task<AssistantMessage> ReadAsync(AnswerStream stream, string id)
    {
        var started = false;
        while (true)
        {
            var step = await stream.NextAsync();
            var final = (step as ModelEvent.Done)?.Message ?? (step as ModelEvent.Failed)?.Message;
            if (!started)
            {
                // Also for an answer that fails before it starts: an end never comes without a start.
                started = true;
                await scope.EmitAsync(new AgentEvent.MessageStart((final ?? step.Partial.Snapshot()) with { Id = id }));
            }

            if (final is not null)
            {
                return scope.State.WithUniqueCallIds(final with { Id = id });
            }

            if (step is not ModelEvent.Started)
            {
                await scope.EmitAsync(new AgentEvent.MessageUpdate(id, step));
            }
        }
    }

    private async Task<AssistantMessage> FinishAsync(AssistantMessage message)
    {
        await scope.RecordAsync(message);
        await scope.EmitAsync(new AgentEvent.MessageEnd(message));
        return message;
    }
}
