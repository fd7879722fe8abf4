using System.Text;

namespace Muster.Node.Assistant;

/// <summary>What the agent is told before the conversation: its character, this machine, trusted folders' advice. The loop adds the owner's rules.</summary>
/// <param name="Home">A <c>soul.md</c> here replaces the one that Muster brings.</param>
internal sealed record SystemPrompt(string Home, string WorkingDir, string NodeName, TimeProvider Time)
{
    /// <summary>Advice longer than this is cut: a prompt is no place for a book.</summary>
    private const int MaxAdvice = 32 * 1024;

    /// <param name="trusted">Whether the owner trusts the working folder; its AGENTS.md is read only then.</param>
    /// <param name="skills">The listing of skills, or empty.</param>
    public string Build(bool trusted, string skills)
    {
        var text = new StringBuilder(Soul("soul.md"));
        text.AppendLine().AppendLine("## This machine")
            .AppendLine($"You run on \"{NodeName}\" ({Environment.OSVersion.Platform}, {Environment.ProcessorCount} cores). Working folder: {WorkingDir}.")
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

    /// <summary>The owner's version of a prompt file, or the one that Muster brings.</summary>
    public string Soul(string name)
    {
        var own = Path.Combine(Home, name);
        if (File.Exists(own))
        {
            return File.ReadAllText(own);
        }

        using var reader = new StreamReader(typeof(SystemPrompt).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    private string? Advice()
    {
        var path = Path.Combine(WorkingDir, "AGENTS.md");
        if (!File.Exists(path))
        {
            return null;
        }

        var advice = File.ReadAllText(path);
        return advice.Length <= MaxAdvice ? advice : advice[..MaxAdvice] + "\n[cut]";
    }
}
