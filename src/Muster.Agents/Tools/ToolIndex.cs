using Muster.Agents.Models;

namespace Muster.Agents.Tools;

/// <summary>The tools of an agent by name and alias.</summary>
internal sealed class ToolIndex
{
    private readonly Dictionary<string, Tool> _byName = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<Tool> _tools;

    /// <exception cref="ArgumentException">Two tools have one name.</exception>
    public ToolIndex(IReadOnlyList<Tool> tools)
    {
        _tools = tools;
        Specs = [.. tools.Where(tool => tool.Listed).Select(tool => tool.Spec)];
        foreach (var tool in tools)
        {
            if (!_byName.TryAdd(tool.Name, tool))
            {
                throw new ArgumentException($"Two tools are named \"{tool.Name}\". Rename one of them or leave it out.");
            }
        }

        foreach (var tool in tools)
        {
            foreach (var alias in tool.Aliases)
            {
                // A real name wins over an older one of another tool.
                _byName.TryAdd(alias, tool);
            }
        }
    }

    public IReadOnlyList<ToolSpec> Specs { get; }

    public Tool? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>What the model is told when it calls a tool that is not there.</summary>
    public string Unknown(string name)
    {
        if (_tools.Count == 0)
        {
            return $"There is no tool \"{name}\"; no tools are available. Answer without one.";
        }

        var nearest = NearestName.Of(name, _byName.Keys);
        var hint = nearest is null ? "" : $" Did you mean \"{_byName[nearest].Name}\"?";
        return $"There is no tool \"{name}\".{hint} Available tools: {string.Join(", ", _tools.Select(tool => tool.Name))}.";
    }
}
