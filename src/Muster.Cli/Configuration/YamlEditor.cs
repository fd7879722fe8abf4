using System.Text;
using YamlDotNet.RepresentationModel;

namespace Muster.Cli.Configuration;

/// <summary>Changes one value of a YAML text and leaves every other character, comments included, as it is.</summary>
internal static class YamlEditor
{
    /// <summary>The text with <paramref name="key"/> set; only plain (not flow) mappings are extended.</summary>
    public static string Set(string text, string key, string value)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        var parts = key.Split('.');
        if (stream.Documents.Count == 0 || stream.Documents[0].RootNode is not YamlMappingNode mapping)
        {
            return Ended(text) + Nested(parts, 0, value);
        }

        for (var depth = 0; ; depth++)
        {
            var entry = mapping.Children.FirstOrDefault(child => (child.Key as YamlScalarNode)?.Value == parts[depth]);
            if (entry.Key is null)
            {
                return Insert(text, mapping, parts[depth..], value);
            }

            if (depth == parts.Length - 1)
            {
                return Replace(text, entry.Key, entry.Value, value);
            }

            if (entry.Value is not YamlMappingNode below || below.Children.Count == 0)
            {
                return Replace(text, entry.Key, entry.Value, "\n" + Nested(parts[(depth + 1)..], (int)entry.Key.Start.Column + 1, value).TrimEnd('\n'), raw: true);
            }

            mapping = below;
        }
    }

    /// <summary>The text without <paramref name="key"/>, and without what would be empty then.</summary>
    public static string Unset(string text, string key)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        var node = stream.Documents[0].RootNode;
        YamlNode? first = null;
        YamlNode last = node;
        foreach (var part in key.Split('.'))
        {
            var mapping = (YamlMappingNode)node;
            var entry = mapping.Children.First(child => (child.Key as YamlScalarNode)?.Value == part);
            first = first is null || mapping.Children.Count > 1 ? entry.Key : first;
            (node, last) = (entry.Value, entry.Value);
        }

        var start = text.LastIndexOf('\n', Math.Max(0, (int)first!.Start.Index - 1)) + 1;
        var end = (int)last.AllNodes.Max(one => Math.Max(one.End.Index, one.Start.Index));
        while (end > start && text[end - 1] is '\n' or '\r' or ' ')
        {
            end--;
        }

        var newLine = text.IndexOf('\n', end);
        return text[..start] + (newLine < 0 ? "" : text[(newLine + 1)..]);
    }

    private static string Replace(string text, YamlNode key, YamlNode old, string value, bool raw = false)
    {
        var start = (int)old.Start.Index;
        var end = (int)old.End.Index;
        var after = raw ? value : Scalar(value);
        if (start == end)
        {
            // "key:" without a value: right behind the colon.
            start = end = text.IndexOf(':', (int)key.End.Index) + 1;
            after = raw ? after : " " + after;
        }

        while (end > start && text[end - 1] is '\n' or '\r' or ' ')
        {
            end--;
        }

        return text[..start] + after + text[end..];
    }

    private static string Insert(string text, YamlMappingNode mapping, string[] parts, string value)
    {
        var first = mapping.Children.First().Key;
        var line = text.LastIndexOf('\n', Math.Max(0, (int)first.Start.Index - 1)) + 1;
        return text[..line] + Nested(parts, (int)first.Start.Column - 1, value) + text[line..];
    }

    private static string Nested(string[] parts, int indentation, string value)
    {
        var lines = new StringBuilder();
        for (var i = 0; i < parts.Length; i++)
        {
            lines.Append(' ', indentation + (2 * i)).Append(parts[i]).Append(':');
            lines.Append(i == parts.Length - 1 ? " " + Scalar(value) : "").Append('\n');
        }

        return lines.ToString();
    }

    private static string Scalar(string value) =>
        value.Length > 0 && value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '/' or '_' or '-') && value[0] is not '-'
            ? value
            : "\"" + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    private static string Ended(string text) => text.Length == 0 || text.EndsWith('\n') ? text : text + "\n";
}
