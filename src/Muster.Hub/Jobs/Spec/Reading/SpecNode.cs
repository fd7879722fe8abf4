using System.Globalization;

namespace Muster.Hub.Jobs.Spec.Reading;

/// <summary>A value in a spec, whatever it was written in, and where.</summary>
/// <param name="place">Where it stands, or where its name does; <see cref="SpecText"/> knows the line.</param>
internal abstract class SpecNode(int place)
{
    public int Place => place;

    public SpecNode? Parent { get; private set; }

    /// <summary>In a map.</summary>
    public string? Name { get; private set; }

    /// <summary>In a list.</summary>
    public int Index { get; private set; }

    /// <summary><c>tasks[0].needs.memory</c>; <c>spec</c> for the whole.</summary>
    public string Path => Parent is null ? "spec"
        : Name is null ? string.Create(CultureInfo.InvariantCulture, $"{(Parent.Parent is null ? "" : Parent.Path)}[{Index}]")
        : Join(Parent.Path, Name);

    public static string Join(string path, string name)
    {
        var shown = name.Length <= 64 ? name : name[..64] + "…";
        var plain = shown.Length > 0 && shown.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-');
        return !plain ? $"{(path == "spec" ? "" : path)}[{SpecErrors.Quote(shown)}]" : path == "spec" ? shown : $"{path}.{shown}";
    }

    /// <summary>What it is, for "… was expected, and this is a list".</summary>
    public abstract string Kind { get; }

    public T Under<T>(T node, string? name, int index)
        where T : SpecNode
    {
        (node.Parent, node.Name, node.Index) = (this, name, index);
        return node;
    }
}

internal sealed class SpecMap(int place) : SpecNode(place)
{
    public List<SpecNode> Members { get; } = [];

    public override string Kind => "a map";
}

internal sealed class SpecList(int place) : SpecNode(place)
{
    public List<SpecNode> Items { get; } = [];

    public override string Kind => "a list";
}

internal enum ScalarKind
{
    Text,
    Number,
    Flag,
    Null,
}

/// <param name="text">As written, for every kind.</param>
internal sealed class SpecScalar(int place, string text, ScalarKind scalar) : SpecNode(place)
{
    public string Text => text;

    public ScalarKind Scalar => scalar;

    public override string Kind => scalar switch
    {
        ScalarKind.Text => "a text",
        ScalarKind.Number => "a number",
        ScalarKind.Flag => "true or false",
        _ => "nothing",
    };
}

/// <summary>A value that stays JSON.</summary>
internal sealed class SpecPayload(int place, ReadOnlyMemory<byte> json) : SpecNode(place)
{
    public ReadOnlyMemory<byte> Json => json;

    public override string Kind => "a value";
}

/// <summary>A list of values that stay JSON; not a node for each, because there are many.</summary>
internal sealed class SpecPayloads(int place) : SpecNode(place)
{
    private readonly List<int> _places = [];

    public List<ReadOnlyMemory<byte>> Items { get; } = [];

    /// <summary>How many there are; no more are kept than a job may have.</summary>
    public int Count { get; private set; }

    public override string Kind => "a list";

    public int PlaceOf(int item) => _places[item];

    public void Add(int place, ReadOnlyMemory<byte> json)
    {
        if (Count++ < SpecLimits.Tasks)
        {
            _places.Add(place);
            Items.Add(json);
        }
    }
}
