using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using YamlDotNet.Core.Events;

namespace Muster.Hub.Jobs.Spec.Reading;

/// <summary>
/// YAML as a tree, event by event: what could grow beyond its text (aliases) or become something else (tags) is refused, not resolved.
/// </summary>
internal sealed class YamlTreeReader : IDisposable
{
    private static readonly JsonWriterOptions _raw = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly ArrayBufferWriter<byte> _json = new();
    private readonly Utf8JsonWriter _writer;
    private readonly TreeBounds _bounds;
    private readonly YamlEvents _events;

    public YamlTreeReader(SpecText text, SpecErrors errors) =>
        (_writer, _bounds, _events) = (new Utf8JsonWriter(_json, _raw), new TreeBounds(text, errors), new YamlEvents(Encoding.UTF8.GetString(text.Bytes.Span)));

    /// <exception cref="SpecSyntaxException">It is not YAML, or none that a spec may be.</exception>
    public SpecNode? Read()
    {
        Next<StreamStart>();
        if (!Next<DocumentStart>())
        {
            return null;
        }

        _events.MoveNext();
        var root = Value(_events.Line, TreePlace.Root, depth: 0);
        Next<DocumentEnd>();
        return Next<DocumentStart>()
            ? throw new SpecSyntaxException(_events.Line, "A second YAML document begins here.", "A spec is one: remove the line --- and submit the rest by itself.")
            : root;
    }

    public void Dispose() => _writer.Dispose();

    private bool Next<T>()
        where T : ParsingEvent => _events.MoveNext() && _events.Current is T;

    private SpecNode Value(int place, TreePlace where, int depth)
    {
        _bounds.Enter(place, depth);
        YamlRules.Check(_events.Current!);
        switch (_events.Current)
        {
            case MappingStart:
                return Map(place, where, depth);
            case SequenceStart:
                return List(place, where, depth);
            default:
                var scalar = _events.Scalar();
                return new SpecScalar(place, scalar.Value, YamlRules.KindOf(scalar));
        }
    }

    private SpecMap Map(int place, TreePlace where, int depth)
    {
        var map = new SpecMap(place);
        HashSet<string>? names = null;
        while (_events.MoveNext() && _events.Current is not MappingEnd)
        {
            YamlRules.Check(_events.Current!);
            var (at, name) = (_events.Line, YamlRules.NameOf(_events.Current!));
            _events.MoveNext();
            var value = where.HoldsPayloads() && name == SpecReader.Payload ? new SpecPayload(at, Json(Raw()))
                : where.HoldsPayloads() && name == SpecReader.Payloads && _events.Current is SequenceStart ? Payloads(at)
                : Value(at, where.Member(name), depth + 1);
            _bounds.Add(map, value, name, ref names);
        }

        return map;
    }

    private SpecList List(int place, TreePlace where, int depth)
    {
        var list = new SpecList(place);
        while (_events.MoveNext() && _events.Current is not SequenceEnd)
        {
            list.Items.Add(list.Under(Value(_events.Line, where.Item(), depth + 1), null, list.Items.Count));
        }

        return list;
    }

    private SpecPayloads Payloads(int place)
    {
        YamlRules.Check(_events.Current!);
        var (list, items) = (new SpecPayloads(place), new List<(int Place, Range Json)>());
        while (_events.MoveNext() && _events.Current is not SequenceEnd)
        {
            items.Add((_events.Line, Raw()));
        }

        foreach (var (at, json) in items)
        {
            list.Add(at, Json(json));
        }

        return list;
    }

    /// <summary>Where the value lies in the buffer; the buffer may still move.</summary>
    private Range Raw()
    {
        var start = _json.WrittenCount;
        _writer.Reset();
        YamlPayload.Write(_events, _writer, depth: 1);
        _writer.Flush();
        return start.._json.WrittenCount;
    }

    private ReadOnlyMemory<byte> Json(Range range) => _json.WrittenMemory[range];
}
