namespace Muster.Node.Machine;

/// <summary>What is known of this machine while it runs.</summary>
internal sealed record MachineParts(MachineWatch Watch, Gpus Gpus)
{
    public static MachineParts Of(NodeOptions options)
    {
        var files = new MachineFiles(options.MachineRoot);
        var gpus = new Gpus(files, Environment.GetEnvironmentVariable("PATH") ?? "", options.Time);
        var monitor = new MachineMonitor(files, options.StoreFolder ?? options.Tools.Home, () => gpus.Known, options.Time);
        return new MachineParts(new MachineWatch(monitor, gpus, options.Time), gpus);
    }
}
