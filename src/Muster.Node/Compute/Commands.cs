using Muster.Protocol.Wire;

namespace Muster.Node.Compute;

/// <summary>The command line of an attempt.</summary>
internal static class Commands
{
    /// <exception cref="AttemptException">There is nothing to run.</exception>
    public static IReadOnlyList<string> Of(Work work, Lease lease, string folder)
    {
        if (work.Entry.Length > 0)
        {
            return Package(work.Entry, folder);
        }

        var text = new TaskText(lease, work);
        return work.Command.Count == 0 && work.Runtime != "container"
            ? throw new AttemptException("The task has no command.", refused: false)
            : [.. work.Command.Select(text.Fill)];
    }

    private static string[] Package(string entry, string folder)
    {
        var inside = Path.GetDirectoryName(entry) ?? "";
        var file = Path.GetFileName(entry);
        var run = Path.GetExtension(file) == ".sh" ? $"exec sh {Quoted(file)}" : $"exec python3 {Quoted(file)}";
        var requirements = File.Exists(Path.Combine(folder, inside, "requirements.txt"))
            ? "python3 -m pip install --quiet --target .packages -r requirements.txt && export PYTHONPATH=\"$PWD/.packages\" && "
            : "";
        var cd = inside.Length == 0 ? "" : $"cd {Quoted(inside)} && ";
        return ["sh", "-c", cd + requirements + run];
    }

    private static string Quoted(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
