using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Muster.Agents.Messages;
using Muster.Agents.Models;

namespace Muster.Node.Coding;

/// <summary>What answers in direct mode, in place of a model: it hands on what was said, word for word, and says what comes back.</summary>
internal static class DirectModel
{
    public const string Name = "direct";

    public static ModelStream Create(TimeProvider time) => (request, abort) => Answer(request, time, abort);

    private static async IAsyncEnumerable<ModelEvent> Answer(ModelRequest request, TimeProvider time, [EnumeratorCancellation] CancellationToken abort)
    {
        await Task.Yield();
        var draft = new AssistantDraft($"answer-{request.Messages.Count}", Name, time.GetUtcNow());
        yield return draft.Start();
        if (abort.IsCancellationRequested)
        {
            yield return draft.Abort();
            yield break;
        }

        var (newest, at) = request.Messages.Select((message, index) => (message, index)).Last(entry => entry.message is UserMessage);
        if (request.Messages.Skip(at + 1).OfType<ToolResultMessage>().LastOrDefault() is not { } result)
        {
            var call = (ModelEvent.BlockStarted)draft.Open(BlockKind.ToolCall, $"call_{newest.Id}", CodingSessionTool.ToolName);
            yield return call;
            yield return draft.Append(call.Index, new JsonObject { ["action"] = "send", ["prompt"] = ((UserMessage)newest).Text }.ToJsonString());
            yield return draft.Close(call.Index);
            yield return draft.Finish(StopReason.ToolUse);
            yield break;
        }

        var text = (ModelEvent.BlockStarted)draft.Open(BlockKind.Text);
        yield return text;
        yield return draft.Append(text.Index, result.Text);
        yield return draft.Close(text.Index);
        yield return draft.Finish(StopReason.Stop);
    }
}
