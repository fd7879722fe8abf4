using Muster.Agents.Loop;
using Muster.Agents.Messages;

namespace Muster.Agents.Context;

/// <summary>Keeps the context of a run within the model's window.</summary>
internal sealed class ContextKeeper(RunScope scope)
{
    private readonly RunScope _scope = scope;

    public ValueTask AtThresholdAsync() => ValueTask.CompletedTask;

    /// <returns>Why it cannot be helped, or null when the call may be tried again.</returns>
    public ValueTask<string?> OnOverflowAsync(AssistantMessage failed) =>
        new($"{failed.ErrorMessage} ({_scope.Options.ContextWindow} tokens)");
}
