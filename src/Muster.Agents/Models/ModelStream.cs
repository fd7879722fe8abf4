using System.Text.Json;
using Muster.Agents.Messages;

namespace Muster.Agents.Models;

/// <summary>
/// The one seam to a model. Yields <see cref="ModelEvent"/>s: a start, block events, then exactly one
/// <see cref="ModelEvent.Done"/> or <see cref="ModelEvent.Failed"/>. It never throws: a failure or an abort is a
/// final message whose stop reason is error or aborted. (Semantics: pi-mono, packages/ai, provider stream.)
/// </summary>
public delegate IAsyncEnumerable<ModelEvent> ModelStream(ModelRequest request, CancellationToken abort);

/// <param name="System">The system prompt; empty for none.</param>
/// <param name="Messages">Context, oldest first, already repaired for a provider.</param>
public sealed record ModelRequest(
    string System,
    IReadOnlyList<AgentMessage> Messages,
    IReadOnlyList<ToolSpec> Tools,
    ModelSettings Settings);

/// <param name="Parameters">A JSON Schema object.</param>
public sealed record ToolSpec(string Name, string Description, JsonElement Parameters);

/// <param name="Thinking">How hard to think: none, low, medium or high; null leaves it to the model.</param>
public sealed record ModelSettings(int? MaxTokens = null, double? Temperature = null, string? Thinking = null)
{
    public static ModelSettings Default { get; } = new();
}
