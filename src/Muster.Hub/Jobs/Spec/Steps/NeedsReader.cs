using Muster.Hub.Fleet;
using Muster.Hub.Jobs.Spec.Reading;
using Muster.Hub.Jobs.Spec.Values;

namespace Muster.Hub.Jobs.Spec.Steps;

/// <summary>Reads what a task asks of its node.</summary>
internal sealed class NeedsReader(SpecValues values)
{
    private const int LabelName = 63;
    private static readonly NeedsPlan _default = new();
    private readonly NetworkReader _network = new(values);

    public NeedsPlan Read(SpecNode? node, TaskRuntime runtime)
    {
        var start = runtime == TaskRuntime.Container ? _default with { Isolation = TaskIsolation.Container } : _default;
        if (values.Fields(node, FieldNames.Needs, "needs: {cpu: 2, memory: 1GiB}") is not { } needs)
        {
            return start;
        }

        var isolation = Isolation(needs["isolation"], runtime) ?? start.Isolation;
        return start with
        {
            Cpu = values.Number(needs["cpu"], SpecLimits.LeastCpu, SpecLimits.MostCpu) ?? start.Cpu,
            MemoryBytes = values.Size(needs["memory"], SpecLimits.LeastMemory, SpecLimits.MostBytes) ?? start.MemoryBytes,
            DiskBytes = values.Size(needs["disk"], SpecLimits.LeastDisk, SpecLimits.MostBytes) ?? start.DiskBytes,
            Gpu = Gpu(needs),
            GpuMemoryBytes = values.Size(needs["gpu_memory"], 0, SpecLimits.MostBytes) ?? 0,
            GpuName = values.Line(needs["gpu_name"], SpecLimits.ShortText, "gpu_name: RTX 4090"),
            Labels = Labels(needs["labels"]),
            Location = values.Line(needs["location"], SpecLimits.ShortText, "location: Berlin"),
            CpuScore = values.Number(needs["cpu_score"], 0, SpecLimits.Score) ?? 0,
            GpuScore = values.Number(needs["gpu_score"], 0, SpecLimits.Score) ?? 0,
            Isolation = isolation,
            Network = Network(needs["network"], runtime, isolation),
            MaxPrice = MaxPrice(needs["max_price"]),
            Trust = values.Word<TrustLevel>(needs["trust"], ("new", TrustLevel.New), ("probation", TrustLevel.Probation), ("trusted", TrustLevel.Trusted)) ?? TrustLevel.New,
            Node = Node(needs["node"]),
        };
    }

    /// <summary>Who asks something of a GPU asks for one.</summary>
    private int Gpu(FieldSet needs)
    {
        var asks = new[] { "gpu_memory", "gpu_name", "gpu_score" }.FirstOrDefault(name => needs[name] is not null);
        var count = values.Whole(needs["gpu"], 0, SpecLimits.Gpus) ?? (asks is null ? 0 : 1);
        if (count == 0 && asks is not null)
        {
            values.Errors.Add(needs["gpu"]!, $"{asks} asks something of a GPU, and gpu: 0 asks for none.", $"Write gpu: 1, or leave out {asks}.");
        }

        return count;
    }

    private Dictionary<string, string> Labels(SpecNode? node)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (values.Map(node, "labels: {os: linux}") is not { } map)
        {
            return labels;
        }

        if (map.Members.Count > SpecLimits.Labels)
        {
            values.Errors.Add(map, $"There are {map.Members.Count} labels, and {SpecLimits.Labels} are the most.", "Ask for those that matter.");
            return labels;
        }

        foreach (var label in map.Members)
        {
            var name = label.Name!;
            if (name.Length is 0 or > LabelName || name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('.' or '_' or '-' or '/')))
            {
                values.Errors.Add(label, $"{SpecErrors.Quote(name)} cannot be the name of a label.", $"Use at most {LabelName} letters, digits, dots, hyphens, underscores and slashes.");
            }
            else if (values.Line(label, SpecLimits.ShortText, $"{name}: value") is { } value)
            {
                labels.Add(name, value);
            }
        }

        return labels;
    }

    private TaskIsolation? Isolation(SpecNode? node, TaskRuntime runtime)
    {
        var asked = values.Word<TaskIsolation>(node, ("none", TaskIsolation.None), ("process", TaskIsolation.Process), ("container", TaskIsolation.Container));
        var wrong = (asked, runtime) switch
        {
            (null, _) => null,
            (_, TaskRuntime.Agent or TaskRuntime.Function) => $"isolation means nothing to a task of runtime {RuntimeRules.Word(runtime)}.",
            (TaskIsolation.Container, TaskRuntime.Process) => "Only a container is isolated as one; a process never is.",
            (TaskIsolation.None, TaskRuntime.Container) => "A container is always isolated.",
            _ => null,
        };
        if (wrong is null)
        {
            return asked == TaskIsolation.Process && runtime == TaskRuntime.Container ? TaskIsolation.Container : asked;
        }

        values.Errors.Add(node!, wrong, asked == TaskIsolation.Container && runtime == TaskRuntime.Process ? "Write runtime: container with an image, or isolation: process." : "Leave isolation out.");
        return null;
    }

    private IReadOnlyList<string> Network(SpecNode? node, TaskRuntime runtime, TaskIsolation isolation)
    {
        if (node is not null && isolation == TaskIsolation.None)
        {
            values.Errors.Add(node, "network means nothing to a task of isolation none: nothing would hold it to that.", "Leave network out: the task has the machine's own.");
            return [];
        }

        if (node is not null && runtime is TaskRuntime.Agent or TaskRuntime.Function)
        {
            values.Errors.Add(node!, $"network means nothing to a task of runtime {RuntimeRules.Word(runtime)}: nothing would hold it to that.", "Leave network out.");
            return [];
        }

        return _network.Read(node);
    }

    private long MaxPrice(SpecNode? node)
    {
        var price = Credit.Thousandths(values, node);
        if (price == 0)
        {
            values.Errors.Add(node!, "No node is cheaper than nothing.", "Write a factor of the price list, such as 1.5, or leave max_price out.");
        }

        return price ?? 0;
    }

    private string? Node(SpecNode? node)
    {
        var name = values.Line(node, SpecLimits.ShortText, "node: nas");
        if (name is null || NodeName.IsValid(name))
        {
            return name;
        }

        values.Errors.Add(node!, $"{SpecErrors.Quote(name)} cannot be a machine's name.", "Write it as muster nodes shows it.");
        return null;
    }
}
