using System.Text;
using System.Text.Json;

namespace Muster.Hub.Jobs.Spec.Reading;

/// <summary>JSON as a tree. Payloads are slices of the text, so that a thousand of them cost a list and nothing more.</summary>
internal sealed class JsonTreeReader(SpecText text, SpecErrors errors)
{
    private readonly TreeBounds _bounds = new(text, errors);

    /// <exception cref="SpecSyntaxException">It is not JSON.</exception>
    public SpecNode? Read()
    {
        var reader = new Utf8JsonReader(text.Bytes.Span, new JsonReaderOptions { MaxDepth = SpecLimits.PayloadDepth });
        try
        {
            reader.Read();
            var root = Value(ref reader, Place(ref reader), TreePlace.Root, depth: 0);
            reader.Read();
            return root;
        }
        catch (JsonException failure)
        {
            var message = failure.Message.Split(" LineNumber:")[0].TrimEnd('.');
            throw new SpecSyntaxException((int)(failure.LineNumber ?? 0) + 1, $"This is not JSON: {message}.", "Check commas, quotes and brackets around here.");
        }
    }

    private SpecNode Value(ref Utf8JsonReader reader, int place, TreePlace where, int depth)
    {
        _bounds.Enter(place, depth);
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => Map(ref reader, place, where, depth),
            JsonTokenType.StartArray => List(ref reader, place, where, depth),
            JsonTokenType.String => new SpecScalar(place, Text(ref reader), ScalarKind.Text),
            JsonTokenType.Number => new SpecScalar(place, Encoding.UTF8.GetString(reader.ValueSpan), ScalarKind.Number),
            JsonTokenType.True => new SpecScalar(place, "true", ScalarKind.Flag),
            JsonTokenType.False => new SpecScalar(place, "false", ScalarKind.Flag),
            _ => new SpecScalar(place, "null", ScalarKind.Null),
        };
    }

    private SpecMap Map(ref Utf8JsonReader reader, int place, TreePlace where, int depth)
    {
        var map = new SpecMap(place);
        HashSet<string>? names = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (at, name) = (Place(ref reader), Text(ref reader));
            reader.Read();
            var value = where.HoldsPayloads() && name == SpecReader.Payload ? new SpecPayload(at, Raw(ref reader))
                : where.HoldsPayloads() && name == SpecReader.Payloads && reader.TokenType == JsonTokenType.StartArray ? Payloads(ref reader, at)
                : Value(ref reader, at, where.Member(name), depth + 1);
            _bounds.Add(map, value, name, ref names);
        }

        return map;
    }

    private SpecList List(ref Utf8JsonReader reader, int place, TreePlace where, int depth)
    {
        var list = new SpecList(place);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            list.Items.Add(list.Under(Value(ref reader, Place(ref reader), where.Item(), depth + 1), null, list.Items.Count));
        }

        return list;
    }

    private SpecPayloads Payloads(ref Utf8JsonReader reader, int place)
    {
        var list = new SpecPayloads(place);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            list.Add(Place(ref reader), Raw(ref reader));
        }

        return list;
    }

    private ReadOnlyMemory<byte> Raw(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return text.Bytes[start..(int)reader.BytesConsumed];
    }

    private string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new SpecSyntaxException(text.LineOf(Place(ref reader)), "This text has half of a character in it (a lone \\ud8… or \\udc…).", "Write the whole character.");
        }
    }

    private static int Place(ref Utf8JsonReader reader) => (int)reader.TokenStartIndex;
}
