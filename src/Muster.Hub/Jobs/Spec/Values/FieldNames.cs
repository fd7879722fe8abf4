using System.Collections.Frozen;
using Muster.Agents.Tools;

namespace Muster.Hub.Jobs.Spec.Values;

/// <summary>The fields that a map of a spec may have. The published schema has the same ones, which a test holds.</summary>
internal sealed class FieldNames
{
    private const int LongestName = 40;
    private readonly string[] _names;
    private readonly FrozenDictionary<string, int> _places;

    private FieldNames(params string[] names)
    {
        _names = names;
        _places = names.Index().ToFrozenDictionary(name => name.Item, name => name.Index, StringComparer.Ordinal);
    }

    public static FieldNames Job { get; } = new("name", "tasks", "priority", "max_cpt", "deadline", "placement");

    public static FieldNames Task { get; } = new(
        "id", "array", "hosts", "runtime", "command", "env", "inputs", "outputs", "needs", "timeout", "retries", "verify", "after",
        "at_most_once", "preemptible", "on_lost", "image", "pull", "function", "payload", "payloads", "objective", "max_model_cpt", "skills", "package", "entry");

    /// <summary>A spec of one task: the task's fields at the top.</summary>
    public static FieldNames Short { get; } = new([.. Job._names, .. Task._names]);

    public static FieldNames Needs { get; } = new(
        "cpu", "memory", "disk", "gpu", "gpu_memory", "gpu_name", "labels", "location", "cpu_score", "gpu_score", "isolation", "network",
        "max_price", "trust", "node");

    public static FieldNames Verify { get; } = new("copies");

    public static FieldNames OnLost { get; } = new("wait");

    public static FieldNames Source { get; } = new("from");

    public IReadOnlyList<string> All => _names;

    /// <returns>Below zero when there is no such field.</returns>
    public int PlaceOf(string name) => _places.GetValueOrDefault(name, -1);

    public string Fix(string wrong) => wrong.Length <= LongestName && NearestName.Of(wrong, _names) is { } near
        ? $"Did you mean {near}?"
        : $"Fields here: {string.Join(", ", _names)}.";
}
