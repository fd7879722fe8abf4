using System.Runtime.InteropServices;
using Muster.Node.Coding.Agents;
using Muster.Node.Sandbox;
using Muster.Node.Tools.Hardware;
using Muster.Protocol.Wire;

namespace Muster.Node.Machine;

/// <summary>What a node says of itself when it connects.</summary>
internal static class NodeFactsReader
{
    public static NodeFacts Read(NodeOptions options)
    {
        var facts = new NodeFacts
        {
            Name = options.Name,
            Os = Os(),
            Architecture = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(),
            Hostname = Environment.MachineName,
            WorkingDir = options.Tools.WorkingDir,
            Cores = (uint)Environment.ProcessorCount,
            MemoryBytes = (ulong)Math.Max(0, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes),
            Isolation = options.Tools.Isolation.ToString().ToLowerInvariant(),
            Model = options.Models.Default.Model ?? options.Models.Default.Name,
        };
        facts.Models.Add(options.Models.IsConfigured ? options.Models.Models.Select(model => model.Name) : []);
        facts.Capabilities.Add("files");
        if (options.Tools.Isolation != ShellIsolation.Off)
        {
            facts.Capabilities.Add("shell");
        }

        if (options.Tools.Web.Enabled)
        {
            facts.Capabilities.Add("web");
        }

        if (options.Coding.Isolation != ShellIsolation.Off && AgentSearch.Usual(options.Coding, AgentSearch.Find(options.Coding, options.Tools.UserHome)) is not null)
        {
            facts.Capabilities.Add("coding_sessions");
        }

        if (GpioChips.Any(new MachineFiles(options.MachineRoot)))
        {
            facts.Capabilities.Add("gpio");
        }

        return facts;
    }

    private static string Os() =>
        OperatingSystem.IsLinux() ? "linux"
        : OperatingSystem.IsMacOS() ? "macos"
        : OperatingSystem.IsWindows() ? "windows"
        : RuntimeInformation.OSDescription;
}
