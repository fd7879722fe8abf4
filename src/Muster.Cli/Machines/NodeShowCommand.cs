using System.CommandLine;
using System.Globalization;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Machines;

namespace Muster.Cli.Machines;

internal sealed class NodeShowCommand : MusterCommand
{
    private readonly Argument<string> _node = new Argument<string>("NODE") { Description = "Name or id of the machine" }.NotEmpty();

    public NodeShowCommand(CommandHost host)
        : base(host, "show", """
            Show one machine: what it is, and how busy it is now.

            Example:
              muster node show nas
            """) => Add(_node);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var node = await hub.Client.Nodes.GetAsync(context.Parse.GetValue(_node)!, cancellationToken);
        var pool = await hub.Client.Nodes.PoolAsync(node.Id, cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, node);
        }
        else
        {
            context.Printer.Table(["", node.Name], Rows(node, pool, context.Time).Where(row => row[1].Length > 0));
        }

        return ExitCode.Ok;
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(NodeInfo node, NodePool pool, TimeProvider time) =>
    [
        ["state", node.Status == "offline" ? $"offline, seen {When.Ago(node.LastSeen, time)}" : node.Status],
        ["id", node.Id],
        ["owner", node.Owner ?? ""],
        ["system", $"{node.Os} {node.Architecture}, {node.Cores} cores, {Size(node.MemoryBytes)}".Trim()],
        ["program", $"{node.Version}"],
        ["model", node.Model ?? ""],
        ["folder", node.WorkingDir ?? ""],
        .. node.Readings is { } now ? Readings(now) : [],
        ["pool", pool.Closed is { } closed ? $"takes no tasks: {closed}" : node.Status == "offline" ? "" : "takes tasks"],
        ["tasks", $"{pool.Running}"],
        ["gives", pool.Offer.Slots == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{pool.Offer.Cpus:0.##} cores, {Size((ulong)pool.Offer.MemoryBytes)} of memory, {Size((ulong)pool.Offer.DiskBytes)} of disk, {pool.Offer.Slots} tasks at once")],
        ["sandbox", pool.Offer.NoSandbox ? "none for tasks of its owner that ask for isolation: none (compute.no_sandbox)" : ""],
        ["labels", string.Join(", ", pool.Offer.Labels.Select(label => $"{label.Key}: {label.Value}"))],
        ["location", pool.Offer.Location],
        ["cpu score", pool.CpuScore == 0 ? "" : pool.CpuScore.ToString("0", CultureInfo.InvariantCulture)],
        ["trust", $"{pool.Trust}. {pool.Why}"],
        ["you may", string.Join(", ", node.May)],
    ];

    private static IEnumerable<IReadOnlyList<string>> Readings(NodeReadings now) =>
    [
        ["processor", Percent(now.Cpu)],
        ["memory", $"{Size(now.MemoryUsedBytes)} of {Size(now.MemoryTotalBytes)} in use"],
        ["disk", now.DiskTotalBytes == 0 ? "" : $"{Size(now.DiskUsedBytes)} of {Size(now.DiskTotalBytes)} in use"],
        ["network", $"{Size((ulong)now.NetworkIn)}/s in, {Size((ulong)now.NetworkOut)}/s out"],
        ["temperature", now.Temperature is { } degrees ? degrees.ToString("0.0", CultureInfo.InvariantCulture) + " °C" : ""],
        ["gpu", now.Gpu is { } gpu ? $"{(gpu.Count > 1 ? $"{gpu.Count} × " : "")}{gpu.Name}, {Percent(gpu.Busy)}, {Size(gpu.MemoryUsedBytes)} of {Size(gpu.MemoryTotalBytes)} in use" : ""],
    ];

    private static string Percent(double share) => (share * 100).ToString("0", CultureInfo.InvariantCulture) + " %";

    private static string Size(ulong bytes) => bytes switch
    {
        >= 1_000_000_000 => (bytes / 1e9).ToString("0.0", CultureInfo.InvariantCulture) + " GB",
        >= 1_000_000 => (bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture) + " MB",
        _ => (bytes / 1e3).ToString("0.0", CultureInfo.InvariantCulture) + " kB",
    };
}
