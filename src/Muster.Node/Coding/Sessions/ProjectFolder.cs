using System.Text.RegularExpressions;
using Muster.Agents.Tools;
using Muster.Node.Folders;

namespace Muster.Node.Coding.Sessions;

/// <summary>From the name of a project to its folder, which is always in the working folder.</summary>
internal static partial class ProjectFolder
{
    private const int Longest = 100;

    /// <returns>The real path.</returns>
    /// <exception cref="ToolException">No such name, or no such folder.</exception>
    public static string Open(ConfinedFolder folder, string project)
    {
        if (project.Length > Longest || (project != "." && !Name().IsMatch(project)))
        {
            throw new ToolException(
                $"\"{(project.Length > Longest ? project[..Longest] + "…" : project)}\" is no name of a project. It is a folder in the working folder: letters, digits, _, -, dots and spaces, such as todo_app or apps/todo_app.");
        }

        if (project is KeptFiles.List or KeptFiles.Records || project.StartsWith(KeptFiles.Records + "/", StringComparison.Ordinal))
        {
            throw new ToolException($"{project} is where Muster keeps its record of coding sessions. Choose another name.");
        }

        if (folder.Stat(project) is null)
        {
            if (project.Contains('/', StringComparison.Ordinal))
            {
                throw new ToolException($"There is no folder {project} in the working folder. Make it first; only a project with a plain name is made when it is named.");
            }

            Directory.CreateDirectory(Path.Combine(folder.Root, project));
        }

        return folder.DirectoryPath(project);
    }

    // A part begins with a letter or digit: neither "..", nor a hidden folder, nor something that a program takes for an option.
    [GeneratedRegex(@"\A[\p{L}\p{N}_][\p{L}\p{M}\p{N}_. -]*(?:/[\p{L}\p{N}_][\p{L}\p{M}\p{N}_. -]*){0,7}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Name();
}
