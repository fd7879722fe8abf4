using Muster.Node.Folders;

namespace Muster.Node.Coding.Agents;

/// <summary>
/// What a sandbox has to show of an agent that lives outside of the system's folders: its package, its interpreter, and the files that
/// its command line names.
/// </summary>
/// <param name="Shown">Files and folders, each at its own path.</param>
/// <param name="Path">Folders to look for programs in, besides the system's.</param>
internal sealed record AgentFolders(string Program, IReadOnlyList<string> Shown, IReadOnlyList<string> Path)
{
    private const string Packages = "/node_modules/";

    /// <param name="searched">As the variable PATH.</param>
    public static AgentFolders Of(FoundAgent agent, string searched, string userHome)
    {
        var program = RealPath.Of(agent.Program);
        List<string> shown = [Package(program)];
        List<string> path = [];
        if (Interpreter(program) is { } name && AgentSearch.Locate(name, searched, userHome) is { } found)
        {
            var interpreter = RealPath.Of(found);
            // A runtime keeps its libraries beside the folder of its programs.
            shown.Add(System.IO.Path.GetDirectoryName(System.IO.Path.GetDirectoryName(interpreter)) is { } runtime && !RealPath.IsInside(userHome, runtime) ? runtime : interpreter);
            path.Add(System.IO.Path.GetDirectoryName(interpreter)!);
        }

        shown.AddRange(agent.Arguments.Where(System.IO.Path.IsPathRooted).Where(File.Exists).Select(file => Package(RealPath.Of(file))));
        return new AgentFolders(program, [.. shown.Where(place => !IsOfSystem(place)).Distinct(StringComparer.Ordinal)], [.. path.Where(folder => !IsOfSystem(folder))]);
    }

    /// <summary>The folder of packages that a script is part of; else the file alone, since a folder could hold anything.</summary>
    private static string Package(string file) =>
        file.IndexOf(Packages, StringComparison.Ordinal) is >= 0 and var at ? file[..(at + Packages.Length - 1)] : file;

    /// <summary>The program of a script's first line, as <c>env</c> or its path names it; null for no script.</summary>
    private static string? Interpreter(string program)
    {
        using var reader = new StreamReader(program);
        var start = new char[256];
        var line = new string(start, 0, reader.ReadBlock(start)).Split('\n')[0];
        return !line.StartsWith("#!", StringComparison.Ordinal) ? null : line[2..].Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
        {
            [var env, "-S", var name, ..] when env.EndsWith("/env", StringComparison.Ordinal) => name,
            [var env, var name, ..] when env.EndsWith("/env", StringComparison.Ordinal) => name,
            [var name, ..] => name,
            _ => null,
        };
    }

    private static bool IsOfSystem(string place) => Sandbox.SystemFolders.Whole.Concat(Sandbox.SystemFolders.Linked).Any(folder => RealPath.IsInside(place, folder));
}
