namespace Muster.Agents.Skills;

/// <summary>A folder with a SKILL.md that teaches an agent something (agentskills.io).</summary>
/// <param name="Folder">Absolute path.</param>
/// <param name="Body">The text after the front matter.</param>
/// <param name="Files">Other files in the folder, as relative paths with forward slashes.</param>
public sealed record Skill(string Name, string Description, string Folder, string Body, IReadOnlyList<string> Files);

/// <summary>Skills that were found, and what was wrong with those left out or taken with a doubt.</summary>
public sealed record SkillCatalog(IReadOnlyList<Skill> Skills, IReadOnlyList<string> Diagnostics)
{
    public static SkillCatalog Empty { get; } = new([], []);
}
