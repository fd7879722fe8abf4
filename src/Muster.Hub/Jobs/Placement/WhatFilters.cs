using Muster.Hub.Jobs.Pool;

namespace Muster.Hub.Jobs.Placement;

internal sealed class RuntimeFilter : IPlacementFilter
{
    public string? Refuse(PoolNode node, NeedsClass needs) =>
        !Runs(node.Terms, needs.Key) ? $"it does not run {needs.Key.Runtime.ToString().ToLowerInvariant()} tasks"
        : needs.Key.Function is { } function && !node.Terms.Functions.Contains(function) ? $"it does not serve the function {function}"
        : null;

    // A machine without any sandbox runs no process tasks but those that want none: the isolation decides about them.
    private static bool Runs(NodeTerms terms, NeedsKey key) =>
        terms.Runtimes.Contains(key.Runtime) || (key.Unsandboxed && terms is { FunctionsOnly: false, Slots: > 0 });
}

internal sealed class IsolationFilter : IPlacementFilter
{
    public string? Refuse(PoolNode node, NeedsClass needs) =>
        needs.Key.Unsandboxed ? (node.Terms.NoSandbox ? null : "it is yours, but runs no task without a sandbox: set compute.no_sandbox: true there, and start its node again")
        : needs.Key.Runtime is TaskRuntime.Process or TaskRuntime.Container && node.Terms.Isolation < Least(needs.Key)
            ? $"its best isolation is {node.Terms.Isolation.ToString().ToLowerInvariant()}, and {Least(needs.Key).ToString().ToLowerInvariant()} is asked for"
            : null;

    private static TaskIsolation Least(NeedsKey key) => key.Runtime == TaskRuntime.Container ? TaskIsolation.Container : key.Isolation;
}

internal sealed class NetworkFilter : IPlacementFilter
{
    public string? Refuse(PoolNode node, NeedsClass needs) =>
        needs.Key.Runtime is not (TaskRuntime.Process or TaskRuntime.Container) || needs.Key.Network == TaskNetwork.None ? null
        : !node.Terms.Network ? "it gives tasks no network"
        : needs.Key.Network == TaskNetwork.Open && !node.Terms.OpenNetwork ? "it lets tasks reach only hosts that they name: name them, or set compute.open_network: true there"
        : null;
}

internal sealed class SizeFilter : IPlacementFilter
{
    public string? Refuse(PoolNode node, NeedsClass needs)
    {
        var (terms, asked) = (node.Terms, needs.Needs);
        return terms.FunctionsOnly ? null
            : asked.Cpu > terms.Cpus + 1e-9 ? $"it offers {terms.Cpus:0.##} cores, and {asked.Cpu:0.##} are asked for"
            : asked.MemoryBytes > terms.MemoryBytes ? $"it offers {Bytes.Text(terms.MemoryBytes)} of memory, and {Bytes.Text(asked.MemoryBytes)} are asked for"
            : asked.DiskBytes > terms.DiskBytes ? $"it offers {Bytes.Text(terms.DiskBytes)} of disk, and {Bytes.Text(asked.DiskBytes)} are asked for"
            : null;
    }
}

internal sealed class GpuFilter : IPlacementFilter
{
    public string? Refuse(PoolNode node, NeedsClass needs)
    {
        var (terms, asked) = (node.Terms, needs.Needs);
        return asked.Gpu > terms.Gpus ? (terms.Gpus == 0 ? "it has no GPU" : $"it offers {terms.Gpus} GPUs, and {asked.Gpu} are asked for")
            : asked.GpuMemoryBytes > terms.GpuMemoryBytes ? $"its GPU has {Bytes.Text(terms.GpuMemoryBytes)}, and {Bytes.Text(asked.GpuMemoryBytes)} are asked for"
            : asked.GpuName is { } name && !terms.GpuName.Contains(name, StringComparison.OrdinalIgnoreCase) ? $"its GPU is \"{terms.GpuName}\", and \"{name}\" is asked for"
            : null;
    }
}

internal sealed class LabelFilter : IPlacementFilter
{
    public string? Refuse(PoolNode node, NeedsClass needs)
    {
        foreach (var (name, value) in needs.Needs.Labels)
        {
            var has = node.Terms.Labels.GetValueOrDefault(name);
            if (!string.Equals(has, value, StringComparison.OrdinalIgnoreCase))
            {
                return has is null ? $"it has no label {name}" : $"its label {name} is {has}, and {value} is asked for";
            }
        }

        return null;
    }
}

internal sealed class LocationFilter : IPlacementFilter
{
    public string? Refuse(PoolNode node, NeedsClass needs) =>
        needs.Key.Location is { } location && !string.Equals(location, node.Terms.Location, StringComparison.OrdinalIgnoreCase)
            ? (node.Terms.Location.Length == 0 ? $"its location is not set, and {location} is asked for" : $"it is in {node.Terms.Location}, and {location} is asked for")
            : null;
}

internal sealed class ScoreFilter : IPlacementFilter
{
    public string? Refuse(PoolNode node, NeedsClass needs) =>
        needs.Key.CpuScore > node.Terms.CpuScore ? $"its CPU score is {node.Terms.CpuScore:0}, and {needs.Key.CpuScore:0} is asked for"
        : needs.Key.Gpu.Score > node.Terms.GpuScore ? $"its GPU score is {node.Terms.GpuScore:0}, and {needs.Key.Gpu.Score:0} is asked for"
        : null;
}
