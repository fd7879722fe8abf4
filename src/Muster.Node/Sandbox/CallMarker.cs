using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Muster.Node.Folders;

namespace Muster.Node.Sandbox;

/// <summary>
/// A variable that every command's processes carry: of which home and of which node they are. Whoever leaves the tree by
/// forking twice still has it, and so has what a node that was killed left behind.
/// </summary>
internal static class CallMarker
{
    public const string Variable = "MUSTER_CALL";

    public static string Next(string home) => string.Create(CultureInfo.InvariantCulture,
        $"{Home(home)}.{Environment.ProcessId}.{Started(Environment.ProcessId)}.{RandomNumberGenerator.GetHexString(12, lowercase: true)}");

    /// <summary>Ends what commands of this home left running whose node is no more.</summary>
    /// <returns>How many there were.</returns>
    public static int EndLost(string home)
    {
        var ended = new HashSet<int>();
        var beginning = $"{Variable}={Home(home)}.";
        for (var found = OperatingSystem.IsLinux(); found;)
        {
            found = false;
            foreach (var pid in ProcessFiles.All().Where(pid => pid != Environment.ProcessId && IsLost(pid, beginning) && ended.Add(pid)))
            {
                _ = Libc.kill(pid, Libc.Kill);
                found = true;
            }
        }

        return ended.Count;
    }

    private static bool IsLost(int pid, string beginning) =>
        ProcessFiles.Read(pid, "environ")?.Split('\0').FirstOrDefault(variable => variable.StartsWith(beginning, StringComparison.Ordinal)) is { } marker
        && marker[beginning.Length..].Split('.') is [var node, var started, _]
        && (!int.TryParse(node, NumberStyles.None, CultureInfo.InvariantCulture, out var owner) || Started(owner) != started);

    // Numbers of processes mean something within one namespace only: a home may be shared with a container.
    private static string Home(string home) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(RealPath.Of(home) + new FileInfo("/proc/self/ns/pid").LinkTarget)).AsSpan(0, 8));

    // A number is given again, but not with the same start.
    private static string Started(int pid) => ProcessFiles.Stat(pid) is [not ("Z" or "X"), .. var rest] ? rest[18] : "";
}
