using Muster.Hub.Jobs.Spec.Reading;
using Muster.Protocol.Archives;

namespace Muster.Hub.Jobs.Spec.Steps;

/// <summary>The places of a task's inputs in its work folder: inside of it, and none in the way of another.</summary>
internal sealed class InputNames(SpecErrors errors)
{
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _folders = new(StringComparer.OrdinalIgnoreCase);

    public bool Add(SpecNode node, string name)
    {
        if (ArchivePath.Mistake(name) is { } mistake)
        {
            errors.Add(node, $"{SpecErrors.Quote(name)} {mistake}.", "Write where the input is to lie in the work folder, such as data/scene.blend.");
            return false;
        }

        PlaceholderRules.Check(errors, node, name);
        var path = name.TrimEnd('/');
        var above = Above(path).ToList();
        if (!_names.Add(path) || _folders.Contains(path) || above.Exists(_names.Contains))
        {
            errors.Add(node, $"{SpecErrors.Quote(name)} is in the way of another input.", "Give each input a place of its own; upper and lower case make no difference.");
            return false;
        }

        _folders.UnionWith(above);
        return true;
    }

    private static IEnumerable<string> Above(string path)
    {
        for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            yield return path[..slash];
        }
    }
}
