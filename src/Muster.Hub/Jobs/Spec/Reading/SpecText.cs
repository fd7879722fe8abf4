namespace Muster.Hub.Jobs.Spec.Reading;

/// <summary>The text of a spec. Places in YAML are lines; in JSON they are offsets, counted into lines only when somebody asks.</summary>
internal sealed class SpecText(ReadOnlyMemory<byte> bytes, SpecFormat format)
{
    private static ReadOnlySpan<byte> Mark => "\uFEFF"u8;

    /// <summary>Without a byte order mark.</summary>
    public ReadOnlyMemory<byte> Bytes { get; } = bytes.Span.StartsWith(Mark) ? bytes[Mark.Length..] : bytes;

    public SpecFormat Format => format;

    public int LineOf(SpecNode node) => LineOf(node.Place);

    public int LineOf(int place) => format == SpecFormat.Yaml ? place : 1 + Bytes.Span[..Math.Min(place, Bytes.Length)].Count((byte)'\n');
}
