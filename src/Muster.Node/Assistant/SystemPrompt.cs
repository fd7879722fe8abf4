using System.Text;
using Muster.Agents.Tools;
using Muster.Node.Folders;
using Muster.Node.Tools;

namespace Muster.Node.Assistant;

/// <summary>What the agent is told before the conversation: its character, this machine, trusted folders' advice. The loop adds the owner's rules.</summary>
/// <param name="Tools">A <c>soul.md</c> in its home replaces the one that Muster brings.</param>
internal sealed record SystemPrompt(ToolOptions Tools, string NodeName, TimeProvider Time)
{
    /// <summary>Advice longer than this is cut: a prompt is no place for a book.</summary>
    private const int MaxAdvice = 32 * 1024;

    /// <param name="trusted">Whether the owner trusts the working folder; its AGENTS.md is read only then.</param>
    /// <param name="skills">The listing of skills, or empty.</param>
    public string Build(bool trusted, string skills)
    {
        var text = new StringBuilder(Soul("soul.md"));
        text.AppendLine().AppendLine("## This machine")
            .AppendLine($"You run on \"{NodeName}\" ({Environment.OSVersion.Platform}, {Environment.ProcessorCount} cores). Working folder: {Tools.WorkingDir}.")
            .AppendLine($"Today is {Time.GetLocalNow():yyyy-MM-dd, dddd}.");
        if (trusted && Advice() is { } advice)
        {
            text.AppendLine().AppendLine("## AGENTS.md of the working folder").AppendLine(advice);
        }

        if (skills.Length > 0)
        {
            text.AppendLine().AppendLine(skills);
        }

        return text.ToString();
    }

    /// <summary>Of the agent of a task.</summary>
    /// <param name="skills">The listing of skills, or empty.</param>
    public string Worker(string skills) => skills.Length > 0 ? $"{Soul("worker_soul.md").TrimEnd()}\n\n{skills}\n" : Soul("worker_soul.md");

    /// <summary>The owner's version of a prompt file, or the one that Muster brings.</summary>
    private string Soul(string name)
    {
        var own = Path.Combine(Tools.Home, name);
        if (File.Exists(own))
        {
            return File.ReadAllText(own);
        }

        using var reader = new StreamReader(typeof(SystemPrompt).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    /// <summary>Read as the file tools read: what works in the folder can put a link in this place.</summary>
    private string? Advice()
    {
        var folder = new ConfinedFolder(Tools.WorkingDir, Tools.Home, Tools.UserHome);
        try
        {
            if (folder.Stat("AGENTS.md") is null)
            {
                return null;
            }

            using var reader = new StreamReader(folder.OpenRead("AGENTS.md"));
            var advice = new char[MaxAdvice + 1];
            var length = reader.ReadBlock(advice);
            return length <= MaxAdvice ? new string(advice, 0, length) : new string(advice, 0, MaxAdvice) + "\n[cut]";
        }
        catch (ToolException refused)
        {
            return $"[not read: {refused.Message}]";
        }
    }
}
