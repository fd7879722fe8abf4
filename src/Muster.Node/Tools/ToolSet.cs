using Muster.Agents.Tools;
using Muster.Agents.Tools.Fleet;
using Muster.Node.Folders;
using Muster.Node.Machine;
using Muster.Node.Sandbox;
using Muster.Node.Tools.Files;
using Muster.Node.Tools.Hardware;
using Muster.Node.Tools.House;
using Muster.Node.Tools.Web;

namespace Muster.Node.Tools;

/// <summary>The tools of one machine.</summary>
public static class ToolSet
{
    /// <param name="hub">Null where no hub can be asked: then the tools that need one are left out.</param>
    /// <exception cref="ToolException">The working folder cannot be used; says why.</exception>
    public static IReadOnlyList<Tool> Create(ToolOptions options, HubCalls? hub, TimeProvider time)
    {
        var folder = new ConfinedFolder(options.WorkingDir, options.Home, options.UserHome, options.Kept);
        var read = new FileReadTool(folder);
        var list = new FileListTool(folder);
        var search = new FileSearchTool(folder, time);
        List<Tool> tools =
        [
            read, new FileWriteTool(folder), new FileEditTool(folder), list, search, new FileOpsTool(read, list, search), new SystemTool(time),
            new WebTool(options.Web, time), new SensorTool(new MachineFiles(options.MachineRoot)), new GpioTool(new MachineFiles(options.MachineRoot), options.ProgramPath, time),
        ];
        if (options.Isolation != ShellIsolation.Off)
        {
            var sandbox = Sandbox(options) with { Hidden = folder.Hidden };
            tools.Insert(0, new ShellTool(folder, new ShellLauncher(options.Isolation, sandbox, new SandboxCheck(sandbox, time)), options, time));
        }

        if (options.HomeAssistant is { } house)
        {
            tools.Add(new HomeAssistantTool(house, time));
        }

        if (options.Mqtt is { } broker)
        {
            tools.Add(new MqttTool(broker, options.ProgramPath, time));
        }

        if (hub is not null)
        {
            tools.AddRange(OfHub(hub, time));
        }

        return tools;
    }

    /// <summary>The tools that ask the hub, for one run.</summary>
    internal static IReadOnlyList<Tool> OfHub(HubCalls hub, TimeProvider time) =>
        [new MemoryReadTool(hub), new MemoryWriteTool(hub), new NodesTool(hub), new FileCopyTool(hub, time), new ScheduleTool(hub, listed: true), new ScheduleTool(hub, listed: false), new SubmitJobTool(hub, time), new FleetTool(hub, time)];

    /// <summary>Runs programs as the shell runs its commands, with one more folder to read.</summary>
    internal static ShellLauncher Launcher(ToolOptions options, string readable, TimeProvider time)
    {
        var sandbox = Sandbox(options) with { Readable = [RealPath.Of(readable)] };
        return new ShellLauncher(options.Isolation, sandbox, new SandboxCheck(sandbox, time));
    }

    /// <summary>For <c>muster doctor</c>: whether the commands of these tools can be sandboxed here.</summary>
    public static SandboxCheck Check(ToolOptions options, TimeProvider time) => new(Sandbox(options), time);

    private static SandboxOptions Sandbox(ToolOptions options) => new()
    {
        WorkingDir = RealPath.Of(options.WorkingDir),
        Home = RealPath.Of(options.Home),
        UserHome = options.UserHome,
        Network = options.Network,
        Environment = options.Environment,
        ReadOnly = options.ReadOnly,
        Kept = options.Kept,
    };
}
