using System.Security.Cryptography;
using System.Text;
using Muster.Node.Folders;

namespace Muster.Node.Sandbox.Tasks.Cgroups;

/// <summary>Finds the control groups that this node may use: version 2 where it can limit tasks, else version 1.</summary>
internal static class CgroupSearch
{
    private const string HowTo =
        "Run the node as a systemd service with `Delegate=yes`, start it with `systemd-run --user --scope -p Delegate=yes`, or run it as root";

    /// <exception cref="SandboxUnavailableException">There are none.</exception>
    public static ICgroupTree Find(string home, CgroupMounts mounts)
    {
        var name = Name(home);
        return CgroupV2Tree.Find(mounts, name, out var second) is { } unified ? unified
            : CgroupV1Tree.Find(mounts, name, out var first) is { } hierarchies ? hierarchies
            : throw new SandboxUnavailableException($"Tasks cannot be limited: {second}, and {first}. {HowTo}.");
    }

    /// <summary>Two nodes on one machine have their groups apart, and each finds its own again.</summary>
    public static string Name(string home) =>
        "muster-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(RealPath.Of(home))).AsSpan(0, 6));
}
