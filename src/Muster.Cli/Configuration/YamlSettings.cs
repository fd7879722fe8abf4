using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Muster.Cli.Configuration;

/// <summary>muster.yaml as leaves with their lines; every mistake is listed, not only the first.</summary>
internal sealed class YamlSettings
{
    private readonly string _file;
    private readonly List<Leaf> _leaves = [];
    private readonly List<ConfigurationProblem> _problems = [];

    private YamlSettings(string file) => _file = file;

    public IReadOnlyList<Leaf> Leaves => _leaves;

    public IReadOnlyList<ConfigurationProblem> Problems => _problems;

    public static YamlSettings Parse(string text, string file)
    {
        var settings = new YamlSettings(file);
        var parser = new YamlDotNet.Core.Parser(new StringReader(text));
        try
        {
            var stream = new YamlStream();
            stream.Load(parser);
            if (stream.Documents.Count > 0)
            {
                settings.Walk("", stream.Documents[0].RootNode);
            }

            if (stream.Documents.Count > 1)
            {
                settings.Problem(stream.Documents[1].RootNode, "A second YAML document begins here, and only one counts.", "Put everything into one: remove the line ---.");
            }
        }
        catch (YamlException exception)
        {
            settings.NotYaml(LineOf(exception, text), (exception.InnerException?.Message ?? exception.Message).TrimEnd('.'));
        }
        catch (InvalidOperationException)
        {
            // The scanner's own fault on some unclosed brackets: it names no place, so the last good one is told.
            settings.NotYaml((int)(parser.Current?.End.Line ?? 1), "a bracket or brace does not match, here or just below");
        }

        return settings;
    }

    private void NotYaml(int line, string why) => _problems.Add(new ConfigurationProblem(
        new Source(Level.File, _file, line), $"This is not YAML: {why}.", "Check indentation (spaces, no tabs), colons, brackets and quotes."));

    /// <summary>The parser blames the start of the mapping for a tab that stands further down.</summary>
    private static int LineOf(YamlException exception, string text)
    {
        var tab = exception.Message.Contains("tab", StringComparison.Ordinal)
            ? text.Split('\n').ToList().FindIndex(line => line.TrimStart(' ').StartsWith('\t'))
            : -1;
        return tab >= 0 ? tab + 1 : (int)Math.Max(exception.Start.Line, exception.End.Line);
    }

    private void Walk(string path, YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode mapping:
                foreach (var (key, value) in mapping.Children)
                {
                    Entry(path, key, value);
                }

                break;
            case YamlSequenceNode sequence:
                Sequence(path, sequence);
                break;
            case YamlScalarNode scalar when path.Length == 0:
                if (!string.IsNullOrEmpty(scalar.Value))
                {
                    Problem(node, "A configuration is lines of \"key: value\".", null);
                }

                break;
            case YamlScalarNode scalar:
                _leaves.Add(new Leaf(path, scalar.Value is null or "~" or "null" && scalar.Style == ScalarStyle.Plain ? "" : scalar.Value ?? "", At(node)));
                break;
        }
    }

    private void Entry(string path, YamlNode key, YamlNode value)
    {
        var name = Spelled(path, (key as YamlScalarNode)?.Value ?? "");
        var full = path.Length == 0 ? name : path + "." + name;
        var setting = SettingTable.Find(full);
        if (setting is null && !SettingTable.IsBranch(full))
        {
            var near = SettingTable.Nearest(full);
            Problem(key, $"There is no key {full}.", near is null ? "Keys: muster config show --all" : $"Did you mean {near}?");
        }
        else if (setting is null && value is YamlScalarNode { Value: not (null or "" or "~" or "null") })
        {
            Problem(value, $"{full} is not one value; keys belong below it.", null);
        }
        else if (setting is not null && (value is YamlMappingNode || (value is YamlSequenceNode && setting.Kind != SettingKind.List)))
        {
            Problem(value, $"{full} is one value ({setting.Range}), nothing below it.", null);
        }
        else if (setting is not null || value is not YamlScalarNode)
        {
            Walk(full, value);
        }
    }

    /// <summary>The spelling of other programs' MCP files is taken too.</summary>
    private static string Spelled(string path, string name) => path == "tools" && name == "mcpServers" ? "mcp_servers" : name;

    private void Sequence(string path, YamlSequenceNode sequence)
    {
        if (SettingTable.Find(path) is { Kind: SettingKind.List })
        {
            var items = sequence.Children.OfType<YamlScalarNode>().Select(item => item.Value ?? "");
            _leaves.Add(new Leaf(path, string.Join('\n', items), At(sequence)));
            return;
        }

        for (var i = 0; i < sequence.Children.Count; i++)
        {
            Walk($"{path}.{i}", sequence.Children[i]);
        }
    }

    private Source At(YamlNode node) => new(Level.File, _file, (int)node.Start.Line);

    private void Problem(YamlNode node, string message, string? fix) => _problems.Add(new ConfigurationProblem(At(node), message, fix));
}
