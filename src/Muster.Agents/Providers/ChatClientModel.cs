using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Agents.Providers.Failures;

namespace Muster.Agents.Providers;

/// <summary>Any <see cref="IChatClient"/> as a model. The client's own retries should be off: the loop has its own.</summary>
public static class ChatClientModel
{
    /// <param name="name">Written into the messages.</param>
    public static ModelStream Create(IChatClient client, string name, TimeProvider time) => (request, abort) =>
    {
        var draft = new AssistantDraft($"answer-{request.Messages.Count}", name, time.GetUtcNow());
        return Guarded.RunAsync(AnswerAsync(client, request, draft, abort), draft, exception => Problem(name, exception), abort);
    };

    private static async IAsyncEnumerable<ModelEvent> AnswerAsync(
        IChatClient client, ModelRequest request, AssistantDraft draft, [EnumeratorCancellation] CancellationToken abort)
    {
        yield return draft.Start();
        (int Index, BlockKind Kind)? open = null;
        var called = false;
        ChatFinishReason? reason = null;
        await foreach (var update in client.GetStreamingResponseAsync(ChatClientMessages.Build(request), ChatClientMessages.Options(request), abort))
        {
            reason = update.FinishReason ?? reason;
            foreach (var content in update.Contents)
            {
                draft.Usage += content is UsageContent usage ? Usage(usage.Details) : Messages.Usage.None;
                if (Piece(content) is not { } piece)
                {
                    continue;
                }

                if (open is { } current && (piece.Kind == BlockKind.ToolCall || current.Kind != piece.Kind))
                {
                    open = null;
                    yield return draft.Close(current.Index);
                }

                if (open is null)
                {
                    var opened = (ModelEvent.BlockStarted)draft.Open(piece.Kind, piece.Id, piece.Name);
                    open = (opened.Index, piece.Kind);
                    yield return opened;
                }

                yield return draft.Append(open.Value.Index, piece.Text);
                called |= piece.Kind == BlockKind.ToolCall;
            }
        }

        if (open is { } last)
        {
            yield return draft.Close(last.Index);
        }

        yield return draft.Finish(reason == ChatFinishReason.Length ? StopReason.Length : called ? StopReason.ToolUse : StopReason.Stop);
    }

    private static (BlockKind Kind, string Text, string? Id, string? Name)? Piece(AIContent content) => content switch
    {
        TextContent { Text.Length: > 0 } text => (BlockKind.Text, text.Text, null, null),
        TextReasoningContent { Text.Length: > 0 } thought => (BlockKind.Thinking, thought.Text, null, null),
        FunctionCallContent call => (BlockKind.ToolCall, ChatClientMessages.Arguments(call), call.CallId, call.Name),
        _ => null,
    };

    private static Usage Usage(UsageDetails details) =>
        new(details.InputTokenCount ?? 0, details.OutputTokenCount ?? 0, details.CachedInputTokenCount ?? 0);

    /// <summary>What the client threw; only a broken connection is known to be worth another try.</summary>
    private static ModelProblem Problem(string name, Exception exception)
    {
        var kind = exception is HttpRequestException or IOException or TimeoutException or OperationCanceledException
            ? ModelFailureKind.Transient
            : ModelFailureKind.Invalid;
        return new ModelProblem(
            $"The model {name} failed: {Masking.Clean(exception.Message, key: null)} Check the client that serves it.", new ModelFailure(kind));
    }
}
