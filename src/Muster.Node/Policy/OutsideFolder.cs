using System.Text.Json;
using Muster.Agents.Tools;
using Muster.Node.Folders;

namespace Muster.Node.Policy;

/// <summary>A command that names a folder of its own, by a whole path, outside of the working folder: somebody has to say yes to it.</summary>
internal static class OutsideFolder
{
    /// <returns>The real path; null when the command runs where it may.</returns>
    public static string? Of(string tool, JsonElement arguments, string workingDir)
    {
        if (tool is not ("shell" or "run_background") || Arguments.Find(arguments, "cwd") is not { ValueKind: JsonValueKind.String } cwd)
        {
            return null;
        }

        var path = cwd.GetString()!;
        return Path.IsPathFullyQualified(path) && !path.Contains('\0', StringComparison.Ordinal) && RealPath.Of(path) is var real && !RealPath.IsInside(real, RealPath.Of(workingDir))
            && !RealPath.IsInside(path, Path.GetFullPath(workingDir))
            ? real
            : null;
    }
}
