using System.Text.Json.Serialization;

namespace Muster.Protocol.Jobs;

/// <summary>One entry of <see cref="JobSpec.Tasks"/>: a task, an array of them, or several hosts at once.</summary>
public sealed record TaskSpec
{
    /// <summary>1 to 64 letters, digits, <c>. _ -</c>, beginning with a letter or digit; unique in the job without regard to case. Null: <c>task-1</c>, …</summary>
    public string? Id { get; init; }

    /// <summary>One task per index. Not together with <see cref="Hosts"/>.</summary>
    public ArrayRange? Array { get; init; }

    /// <summary>So many tasks at once, each on a node of its own, or none.</summary>
    public int? Hosts { get; init; }

    /// <summary>Null: follows from <see cref="Function"/>, <see cref="Objective"/> or <see cref="Image"/>, and is else <see cref="SpecRuntime.Process"/>.</summary>
    public SpecRuntime? Runtime { get; init; }

    /// <summary>A program and its arguments. In the JSON a single text is also taken, and given to <c>sh -c</c>.</summary>
    [JsonConverter(typeof(CommandConverter))]
    public IReadOnlyList<string>? Command { get; init; }

    public IReadOnlyDictionary<string, string>? Env { get; init; }

    /// <summary>By where each lies in the work folder; a name that ends with <c>/</c> is a folder and takes the outputs of another task.</summary>
    public IReadOnlyDictionary<string, InputSpec>? Inputs { get; init; }

    /// <summary>Patterns of files in the work folder that are kept: <c>frame_*.png</c>, <c>out/**</c>.</summary>
    public IReadOnlyList<string>? Outputs { get; init; }

    public NeedsSpec? Needs { get; init; }

    /// <summary>Of one attempt; null: 10 minutes.</summary>
    [JsonConverter(typeof(Duration.Converter))]
    public TimeSpan? Timeout { get; init; }

    /// <summary>Attempts after a failure of the program itself, 0 to 100. A lost node does not count.</summary>
    public int? Retries { get; init; }

    public VerifySpec? Verify { get; init; }

    /// <summary>Ids of tasks that must have succeeded; those that inputs come from are implied.</summary>
    public IReadOnlyList<string>? After { get; init; }

    /// <summary>Is not run again elsewhere when its node is lost. Null: true for an agent, else false.</summary>
    public bool? AtMostOnce { get; init; }

    /// <summary>May be stopped, and run again later, for work of a higher priority.</summary>
    public bool? Preemptible { get; init; }

    /// <summary>For what may run only once.</summary>
    public OnLostSpec? OnLost { get; init; }

    /// <summary>Of a container.</summary>
    public string? Image { get; init; }

    /// <summary>Of a container's image; null: <see cref="SpecPull.Missing"/>.</summary>
    public SpecPull? Pull { get; init; }

    /// <summary>Name of a handler in your own worker.</summary>
    public string? Function { get; init; }

    /// <summary>What the function is called with, by every task of the entry.</summary>
    public JsonPayload? Payload { get; init; }

    /// <summary>What the function is called with, one for each task; without <see cref="Array"/> their number is that of the tasks.</summary>
    public IReadOnlyList<JsonPayload>? Payloads { get; init; }

    /// <summary>What an agent is to achieve.</summary>
    public string? Objective { get; init; }

    /// <summary>Names of the skills and tools an agent may use; null: the node's own.</summary>
    public IReadOnlyList<string>? Skills { get; init; }

    /// <summary>A ZIP, local or <c>sha256:…</c>, that is unpacked in the work folder.</summary>
    public string? Package { get; init; }

    /// <summary>The script in <see cref="Package"/> that is run, in its own folder.</summary>
    public string? Entry { get; init; }
}

/// <param name="Copies">How many nodes must come to the same exit code and outputs, 1 to 9.</param>
public sealed record VerifySpec(int Copies);

/// <param name="Wait">How long to wait for the node to come back before the task fails; at most 30 days.</param>
public sealed record OnLostSpec([property: JsonConverter(typeof(Duration.Converter))] TimeSpan Wait);

[JsonConverter(typeof(SpecWords<SpecRuntime>))]
public enum SpecRuntime
{
    /// <summary>A program in a sandbox of the node.</summary>
    Process,

    /// <summary>An image under the node's container engine.</summary>
    Container,

    /// <summary>An agent of the node with an objective.</summary>
    Agent,

    /// <summary>A handler in a worker of the submitter.</summary>
    Function,
}

[JsonConverter(typeof(SpecWords<SpecPull>))]
public enum SpecPull
{
    Missing,
    Always,
    Never,
}
