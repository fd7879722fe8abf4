using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Muster.Cli.Configuration;

/// <summary>host_config.yaml and keyring.yaml: one level of NAME: value. Names that mean nothing here are left alone.</summary>
internal static class FlatYaml
{
    public static (IReadOnlyList<(string Name, string Value, Source Source)> Values, IReadOnlyList<ConfigurationProblem> Problems) Parse(string text, string file)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException exception)
        {
            return ([], [new ConfigurationProblem(new Source(Level.File, file, (int)exception.Start.Line), "This is not YAML: " + exception.Message.TrimEnd('.') + ".")]);
        }

        if (stream.Documents.Count == 0 || stream.Documents[0].RootNode is not YamlMappingNode root)
        {
            return ([], []);
        }

        return ([.. root.Children.Select(entry => ((entry.Key as YamlScalarNode)?.Value ?? "", Value(entry.Value), new Source(Level.File, file, (int)entry.Value.Start.Line)))], []);
    }

    private static string Value(YamlNode node) => node switch
    {
        YamlScalarNode scalar => scalar.Value ?? "",
        YamlSequenceNode list => string.Join('\n', list.Children.OfType<YamlScalarNode>().Select(item => item.Value)),
        _ => "",
    };
}
