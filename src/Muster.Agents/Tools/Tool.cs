using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Agents.Messages;
using Muster.Agents.Models;

namespace Muster.Agents.Tools;

/// <summary>
/// Something an agent can call. A tool fails by throwing: the message goes to the model as an error result.
/// One instance serves many calls at once.
/// </summary>
public abstract class Tool
{
    public abstract string Name { get; }

    public abstract string Description { get; }

    /// <summary>A JSON Schema object: type, properties, required, enum, items, minimum, maximum, default.</summary>
    public abstract JsonElement Parameters { get; }

    /// <summary>Older names under which a model, policy or skill list may call this tool.</summary>
    public virtual IReadOnlyList<string> Aliases => [];

    /// <summary>False: may be called, but models are not told of it; for an older tool that is several of today's.</summary>
    public virtual bool Listed => true;

    /// <summary>Sequential makes the whole batch sequential.</summary>
    public virtual ToolMode Mode => ToolMode.Parallel;

    /// <summary>Whether the same call may run again after a crash in the middle of it.</summary>
    public virtual Replay Replay => Replay.Never;

    /// <summary>How much of a result the model sees, and which end of it.</summary>
    public virtual OutputCap Cap => OutputCap.Head;

    /// <summary>A call may take minutes: it can go on in the background while the agent does other things.</summary>
    public virtual bool MayTakeLong => false;

    public ToolSpec Spec => new(Name, Description, Parameters);

    /// <summary>Turns an older shape of arguments into today's, before validation. Must not throw.</summary>
    /// <param name="calledAs">The name the model used: <see cref="Name"/> or one of <see cref="Aliases"/>.</param>
    public virtual JsonElement PrepareArguments(string calledAs, JsonElement arguments) => arguments;

    /// <summary>What a file would become, as a unified diff, for a person who is asked; null where there is nothing to show. Changes nothing.</summary>
    /// <exception cref="ToolException">The call would fail.</exception>
    public virtual string? Preview(ToolCall call) => null;

    /// <summary>Why a person has to be asked, beyond what the arguments say: what it costs, where it would be done. Null where the usual reason is all; changes nothing.</summary>
    /// <exception cref="ToolException">The call would fail.</exception>
    public virtual Task<string?> ReasonAsync(ToolCall call, CancellationToken abort) => Task.FromResult<string?>(null);

    public abstract Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort);
}

public enum ToolMode
{
    Parallel,
    Sequential,
}

[JsonConverter(typeof(JsonStringEnumConverter<Replay>))]
public enum Replay
{
    [JsonStringEnumMemberName("never")] Never,
    [JsonStringEnumMemberName("safe")] Safe,
}

/// <param name="Id">The model's id of the call: unique in its run, the idempotency key of its effects.</param>
/// <param name="Arguments">Valid against the schema, coerced, with defaults filled in.</param>
/// <param name="Update">Reports progress to watchers; dropped after the call has ended.</param>
public sealed record ToolCall(string Id, string Name, JsonElement Arguments, Action<ToolResult> Update)
{
    /// <summary>Takes all that the call prints, as it comes, for whoever keeps the whole of it; null: nobody does. From any thread; must be quick.</summary>
    public Action<string>? Output { get; init; }
}

/// <param name="Content">For the model.</param>
/// <param name="Details">For people and logs; never sent to the model.</param>
/// <param name="Terminate">Ends the run, if every result of the batch says so.</param>
public sealed record ToolResult(IReadOnlyList<ContentBlock> Content, JsonElement? Details = null, bool Terminate = false)
{
    public static ToolResult FromText(string text, JsonElement? details = null) => new([new TextBlock(text)], details);
}

/// <summary>A failure whose message is written for the model and the person: no stack, no secret.</summary>
public class ToolException(string message) : Exception(message)
{
    /// <summary>For listeners alone, as those of a result.</summary>
    public JsonElement? Details { get; init; }
}

/// <summary>The hub did not answer in time: what was asked may be done all the same.</summary>
public sealed class HubSilentException(string message) : ToolException(message);
