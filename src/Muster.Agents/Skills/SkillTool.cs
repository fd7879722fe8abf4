using System.Net;
using System.Text;
using System.Text.Json;
using Muster.Agents.Tools;

namespace Muster.Agents.Skills;

/// <summary>Hands a skill's text, or one of its files, to the model when it asks: disclosure step two and three.</summary>
public sealed class SkillTool(SkillCatalog catalog) : Tool
{
    private const int MaxFile = 256 * 1024;

    public override string Name => "skill";

    public override string Description => "Reads a skill by name: its instructions and the list of its files; with file, one of those files.";

    public override JsonElement Parameters { get; } = JsonDocument.Parse(
        """
        {"type":"object","required":["name"],"additionalProperties":false,"properties":{
          "name":{"type":"string","description":"a name from the list of skills"},
          "file":{"type":"string","description":"a path from the skill's list of files"}}}
        """).RootElement;

    public override Replay Replay => Replay.Safe;

    /// <summary>The list for a system prompt; empty when there are no skills.</summary>
    public static string Listing(SkillCatalog catalog)
    {
        if (catalog.Skills.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder("Skills: when a request matches a description, read the skill with the `skill` tool first.\n<available_skills>\n");
        foreach (var skill in catalog.Skills)
        {
            text.Append("<skill><name>").Append(WebUtility.HtmlEncode(skill.Name))
                .Append("</name><description>").Append(WebUtility.HtmlEncode(skill.Description))
                .Append("</description></skill>\n");
        }

        return text.Append("</available_skills>").ToString();
    }

    public override async Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort)
    {
        var name = call.Arguments.GetProperty("name").GetString()!;
        var skill = catalog.Skills.FirstOrDefault(skill => skill.Name == name)
            ?? throw new ToolException($"There is no skill \"{name}\". There are: {string.Join(", ", catalog.Skills.Select(skill => skill.Name))}.");
        if (!call.Arguments.TryGetProperty("file", out var file) || file.GetString() is not { Length: > 0 } path)
        {
            return ToolResult.FromText(Content(skill));
        }

        // Only files that were found without following a link can be named, so no path leads out of the folder.
        if (!skill.Files.Contains(path, StringComparer.Ordinal))
        {
            throw new ToolException($"The skill \"{name}\" has no file \"{path}\". It has: {string.Join(", ", skill.Files)}.");
        }

        var full = new FileInfo(Path.Combine(skill.Folder, path));
        return full.LinkTarget is null && full.Length <= MaxFile
            ? ToolResult.FromText(await File.ReadAllTextAsync(full.FullName, abort))
            : throw new ToolException($"\"{path}\" is larger than {MaxFile / 1024} KB or a link, and is not read.");
    }

    private static string Content(Skill skill)
    {
        var files = skill.Files.Count == 0 ? "" : $"\n<files folder=\"{WebUtility.HtmlEncode(skill.Folder)}\">\n{string.Join('\n', skill.Files)}\n</files>";
        return $"<skill_content name=\"{WebUtility.HtmlEncode(skill.Name)}\">\n{skill.Body}{files}\n</skill_content>";
    }
}
