using System.Globalization;
using Muster.Hub.Api;
using Muster.Hub.Jobs.Spec.Reading;

namespace Muster.Hub.Jobs.Spec;

/// <summary>All mistakes of a spec, up to a hundred, in the order in which they stand in the text.</summary>
internal sealed class SpecErrors(SpecText text)
{
    private const int MostShown = 60;
    private readonly List<FieldError> _errors = [];

    public bool Any => _errors.Count > 0;

    /// <summary>Nobody reads more; whoever works through a list may stop.</summary>
    public bool IsFull => _errors.Count >= SpecLimits.Errors;

    public IReadOnlyList<FieldError> All
    {
        get
        {
            var sorted = _errors.OrderBy(error => error.Line ?? 0).ToList();
            return !IsFull ? sorted
                : [.. sorted, new FieldError("spec", null, $"There may be more mistakes: these are the first {SpecLimits.Errors}.", "Mend these, and check again.")];
        }
    }

    public void Add(SpecNode node, string message, string fix) => Add(node.Path, text.LineOf(node), message, fix);

    /// <summary>Of an item that has no node of its own.</summary>
    public void Add(SpecNode list, int? index, int place, string message, string fix) =>
        Add(index is { } item ? string.Create(CultureInfo.InvariantCulture, $"{list.Path}[{item}]") : list.Path, text.LineOf(place), message, fix);

    /// <summary>Of a field that is not there.</summary>
    public void Missing(SpecNode map, string name, string message, string fix) => Add(SpecNode.Join(map.Path, name), text.LineOf(map), message, fix);

    public void Add(string field, int? line, string message, string fix)
    {
        if (!IsFull)
        {
            _errors.Add(new FieldError(field, line, message, fix));
        }
    }

    /// <summary>What somebody wrote, short enough and harmless in a sentence.</summary>
    public static string Quote(string written)
    {
        var cut = written.Length <= MostShown ? written : written[..MostShown] + "…";
        return "\"" + string.Concat(cut.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter)) + "\"";
    }
}
