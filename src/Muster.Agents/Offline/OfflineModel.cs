using System.Runtime.CompilerServices;
using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Agents.Offline.Rules;

namespace Muster.Agents.Offline;

/// <summary>
/// What answers when no model is configured. It matches the whole of the newest user message against anchored patterns,
/// asks for one tool call, and puts its result into words. It reads neither the system text nor tool results as requests.
/// </summary>
public static class OfflineModel
{
    public const string Name = "offline";

    /// <param name="machine">Where it answers: the name by which people ask it.</param>
    public static ModelStream Create(TimeProvider time, string? machine = null) => (request, abort) => Answer(request, time, machine, abort);

    /// <summary>The one tool call that the rules answer a message by; null: they know no such request.</summary>
    public static (string Tool, JsonElement Arguments)? CallFor(string text) => OfflineRules.Match(Phrase.Of(text)) is { } plan
        ? (plan.Rule.Tool, JsonElement.Parse(plan.Arguments.ToJsonString()))
        : null;

    /// <summary>The rules know such a request once the place in it is left out, so that the place is a machine: "list files on nas".</summary>
    public static bool NamesMachine(string text) => OfflineRules.KnowWithoutMachineAlone(Phrase.Of(text));

    private static async IAsyncEnumerable<ModelEvent> Answer(
        ModelRequest request, TimeProvider time, string? machine, [EnumeratorCancellation] CancellationToken abort)
    {
        var draft = new AssistantDraft($"answer-{request.Messages.Count}", Name, time.GetUtcNow());
        yield return draft.Start();
        var newest = request.Messages.Select((message, at) => (message, at)).LastOrDefault(entry => entry.message is UserMessage);
        var asked = Phrase.To(machine, (newest.message as UserMessage)?.Text ?? "");
        var plan = OfflineRules.Match(asked);
        var elsewhere = machine is null || plan is null ? null : CommandRules.ElsewhereIn(plan);
        var result = request.Messages.Skip(newest.at + 1).OfType<ToolResultMessage>().LastOrDefault();
        if (plan is not null && elsewhere is null && result is null && request.Tools.Any(tool => tool.Name == plan.Rule.Tool))
        {
            var call = (ModelEvent.BlockStarted)draft.Open(BlockKind.ToolCall, $"call_{newest.message!.Id}", plan.Rule.Tool);
            yield return call;
            yield return draft.Append(call.Index, plan.Arguments.ToJsonString());
            yield return draft.Close(call.Index);
            yield return draft.Finish(StopReason.ToolUse);
            yield break;
        }

        var text = plan is null ? Introduction.Write(asked, request.Tools)
            : elsewhere is var (command, place) ? OfflineTexts.Elsewhere(command, place, machine!, asked.IsChinese)
            : result is null ? OfflineTexts.NoTool(plan.Rule.Tool, asked.IsChinese)
            : OfflineTexts.Result(plan, result, asked.IsChinese);
        var block = (ModelEvent.BlockStarted)draft.Open(BlockKind.Text);
        yield return block;
        foreach (var piece in Pieces(text))
        {
            // Lets a reader see each piece and stop in between, as with a model far away.
            await Task.Yield();
            if (abort.IsCancellationRequested)
            {
                yield return draft.Abort();
                yield break;
            }

            yield return draft.Append(block.Index, piece);
        }

        yield return draft.Close(block.Index);
        yield return draft.Finish((plan is null ? Introduction.IsAskedFor(asked) : result is not null) ? StopReason.Stop : StopReason.Unable);
    }

    /// <summary>Cuts at line ends and spaces, a few words at a time; never inside a character.</summary>
    private static IEnumerable<string> Pieces(string text)
    {
        const int Size = 24;
        var start = 0;
        while (start < text.Length)
        {
            var end = Math.Min(start + Size, text.Length);
            while (end < text.Length && end - start < Size * 4 && text[end - 1] is not (' ' or '\n') && char.IsAscii(text[end]))
            {
                end++;
            }

            end = end < text.Length && char.IsLowSurrogate(text[end]) ? end + 1 : end;
            yield return text[start..end];
            start = end;
        }
    }
}
