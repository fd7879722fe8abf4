using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Muster.Agents.Skills;

/// <summary>Reads a SKILL.md: YAML between two lines of dashes, then Markdown.</summary>
internal static class SkillFile
{
    private const int MaxDescription = 1024;

    /// <returns>Null and a diagnostic when there is no usable description or front matter.</returns>
    public static (Skill? Skill, string? Diagnostic) Read(string folder, string text, IReadOnlyList<string> files)
    {
        var path = Path.Combine(folder, "SKILL.md");
        if (Split(text) is not var (front, body))
        {
            return (null, $"{path}: there is no front matter between two --- lines; the skill was left out.");
        }

        if (Parse(front) is not { } fields)
        {
            return (null, $"{path}: the front matter is not valid YAML; the skill was left out.");
        }

        var description = fields.GetValueOrDefault("description", "").Trim();
        if (description.Length == 0)
        {
            return (null, $"{path}: the description is missing; the skill was left out.");
        }

        var folderName = Path.GetFileName(folder);
        var name = fields.GetValueOrDefault("name", folderName).Trim();
        var skill = new Skill(name, description.Length <= MaxDescription ? description : description[..MaxDescription], folder, body.Trim(), files);
        return (skill, name == folderName ? null : $"{path}: the name \"{name}\" differs from its folder's.");
    }

    private static (string Front, string Body)? Split(string text)
    {
        var lines = text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n');
        var end = lines[0].TrimEnd() == "---" ? Array.FindIndex(lines, 1, line => line.TrimEnd() == "---") : -1;
        return end < 0 ? null : (string.Join('\n', lines[1..end]), string.Join('\n', lines[(end + 1)..]));
    }

    /// <summary>Many skills in the wild have an unquoted value with a colon in it, so a second try quotes those.</summary>
    private static Dictionary<string, string>? Parse(string yaml) => TryParse(yaml) ?? TryParse(Quoted(yaml));

    private static Dictionary<string, string>? TryParse(string yaml)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            return stream.Documents.Count > 0 && stream.Documents[0].RootNode is YamlMappingNode map
                ? map.Children
                    .Where(pair => pair is { Key: YamlScalarNode, Value: YamlScalarNode })
                    .ToDictionary(pair => ((YamlScalarNode)pair.Key).Value ?? "", pair => ((YamlScalarNode)pair.Value).Value ?? "", StringComparer.Ordinal)
                : null;
        }
        catch (YamlException)
        {
            return null;
        }
    }

    private static string Quoted(string yaml) => string.Join('\n', yaml.Split('\n').Select(line =>
        line.IndexOf(": ", StringComparison.Ordinal) is var colon and > 0 && !char.IsWhiteSpace(line[0]) && line[(colon + 2)..].Contains(": ", StringComparison.Ordinal)
            ? $"{line[..colon]}: \"{line[(colon + 2)..].Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
            : line));
}
