namespace Muster.Hub.Jobs.Spec.Reading;

/// <summary>What keeps a tree small, and a map's names apart.</summary>
internal sealed class TreeBounds(SpecText text, SpecErrors errors)
{
    private const int Few = 16;
    private int _values;

    /// <summary>Before each value.</summary>
    public void Enter(int place, int depth)
    {
        if (depth > SpecLimits.Depth)
        {
            throw new SpecSyntaxException(text.LineOf(place), $"The spec is nested more than {SpecLimits.Depth} deep here.", "No field of a spec is; look for brackets that are not closed.");
        }

        if (++_values > SpecLimits.Values)
        {
            throw new SpecSyntaxException(text.LineOf(place), "The spec has more than 500,000 values.", "Use array: for tasks that differ only by a number, or split the job.");
        }
    }

    /// <summary>The first of two wins; both are shown.</summary>
    public void Add(SpecMap map, SpecNode value, string name, ref HashSet<string>? names)
    {
        map.Under(value, name, 0);
        if (map.Members.Count == Few)
        {
            names = [.. map.Members.Select(member => member.Name!)];
        }

        var twice = names is null ? map.Members.Exists(member => member.Name == name) : !names.Add(name);
        if (twice)
        {
            errors.Add(value, $"{SpecErrors.Quote(name)} is there twice.", "Keep one of the two.");
        }
        else
        {
            map.Members.Add(value);
        }
    }
}
