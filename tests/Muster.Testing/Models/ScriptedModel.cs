using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Muster.Agents.Messages;
using Muster.Agents.Models;

namespace Muster.Testing.Models;

/// <summary>
/// A model that plays what a test wrote: each call takes the next <see cref="ScriptedAnswer"/>. Give
/// <see cref="Stream"/> to an agent. Thread safe; a call without an answer left fails with a sentence that says so.
/// </summary>
public sealed class ScriptedModel(string name = "scripted", TimeProvider? time = null)
{
    private readonly ConcurrentQueue<ScriptedAnswer> _answers = new();
    private readonly ConcurrentQueue<ModelRequest> _requests = new();
    private readonly Channel<ModelRequest> _calls = Channel.CreateUnbounded<ModelRequest>();
    private int _count;

    public string Name { get; } = name;

    /// <summary>Answers every call that no script is left for; null makes such a call fail.</summary>
    public Func<ModelRequest, ScriptedAnswer>? Otherwise { get; set; }

    /// <summary>What was asked so far, oldest first.</summary>
    public IReadOnlyList<ModelRequest> Requests => [.. _requests];

    public ModelStream Stream => PlayAsync;

    public ScriptedModel Then(ScriptedAnswer answer)
    {
        _answers.Enqueue(answer);
        return this;
    }

    /// <summary>An answer of one text block, streamed in these pieces.</summary>
    public ScriptedModel Says(params string[] pieces) => Then(new ScriptedAnswer().Text(pieces));

    /// <summary>An answer that is one tool call.</summary>
    public ScriptedModel Calls(string tool, string argumentsJson = "{}", string? id = null) =>
        Then(new ScriptedAnswer().Call(tool, argumentsJson, id));

    public ScriptedModel Fails(string error, ModelFailureKind kind = ModelFailureKind.Transient, TimeSpan? retryAfter = null) =>
        Then(new ScriptedAnswer().Fail(error, kind, retryAfter));

    /// <summary>Waits for the next request that was not awaited yet.</summary>
    public Task<ModelRequest> NextRequestAsync(CancellationToken cancel = default) => _calls.Reader.NextAsync(cancel);

    private async IAsyncEnumerable<ModelEvent> PlayAsync(ModelRequest request, [EnumeratorCancellation] CancellationToken abort)
    {
        var number = Interlocked.Increment(ref _count);
        _requests.Enqueue(request);
        _calls.Writer.TryWrite(request);
        var draft = new AssistantDraft($"scripted-{number}", Name, (time ?? TimeProvider.System).GetUtcNow());
        if (!_answers.TryDequeue(out var answer))
        {
            answer = Otherwise?.Invoke(request)
                ?? new ScriptedAnswer().Fail($"The script has no answer for model call {number}.", ModelFailureKind.Invalid);
        }

        await foreach (var step in answer.PlayAsync(draft, abort))
        {
            yield return step;
        }
    }
}
