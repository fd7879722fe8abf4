using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Muster.Hub.Jobs.Spec.Reading;

/// <summary>
/// YAML as a tree, event by event: what could grow beyond its text (aliases) or become something else (tags) is refused, not resolved.
/// </summary>
internal sealed class YamlTreeReader(SpecText text, SpecErrors errors)
{
    private static readonly JsonWriterOptions _raw = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly TreeBounds _bounds = new(text, errors);
    private readonly ArrayBufferWriter<byte> _json = new();
    private readonly Parser _parser = new(new StringReader(Encoding.UTF8.GetString(text.Bytes.Span)));

    /// <exception cref="SpecSyntaxException">It is not YAML, or none that a spec may be.</exception>
    public SpecNode? Read()
    {
        try
        {
            Next<StreamStart>();
            if (!Next<DocumentStart>())
            {
                return null;
            }

            _parser.MoveNext();
            var root = Value(Line, TreePlace.Root, depth: 0);
            Next<DocumentEnd>();
            return Next<DocumentStart>()
                ? throw new SpecSyntaxException(Line, "A second YAML document begins here.", "A spec is one: remove the line --- and submit the rest by itself.")
                : root;
        }
        catch (YamlException failure)
        {
            var why = (failure.InnerException?.Message ?? failure.Message).TrimEnd('.');
            throw NotYaml((int)Math.Max(failure.Start.Line, failure.End.Line), char.ToLowerInvariant(why[0]) + why[1..]);
        }
        catch (InvalidOperationException)
        {
            // The scanner's own fault on some unclosed brackets: it names no place, so the last good one is told.
            throw NotYaml((int)(_parser.Current?.End.Line ?? 1), "a bracket or brace does not match, here or just below");
        }
    }

    private int Line => (int)_parser.Current!.Start.Line;

    private bool Next<T>()
        where T : ParsingEvent => _parser.MoveNext() && _parser.Current is T;

    private SpecNode Value(int place, TreePlace where, int depth)
    {
        _bounds.Enter(place, depth);
        YamlRules.Check(_parser.Current!);
        switch (_parser.Current)
        {
            case MappingStart:
                return Map(place, where, depth);
            case SequenceStart:
                return List(place, where, depth);
            default:
                var scalar = (Scalar)_parser.Current!;
                return new SpecScalar(place, scalar.Value, YamlRules.KindOf(scalar));
        }
    }

    private SpecMap Map(int place, TreePlace where, int depth)
    {
        var map = new SpecMap(place);
        HashSet<string>? names = null;
        while (_parser.MoveNext() && _parser.Current is not MappingEnd)
        {
            YamlRules.Check(_parser.Current!);
            var (at, name) = (Line, YamlRules.NameOf(_parser.Current!));
            _parser.MoveNext();
            var value = where.HoldsPayloads() && name == SpecReader.Payload ? new SpecPayload(at, Json(Raw()))
                : where.HoldsPayloads() && name == SpecReader.Payloads && _parser.Current is SequenceStart ? Payloads(at)
                : Value(at, where.Member(name), depth + 1);
            _bounds.Add(map, value, name, ref names);
        }

        return map;
    }

    private SpecList List(int place, TreePlace where, int depth)
    {
        var list = new SpecList(place);
        while (_parser.MoveNext() && _parser.Current is not SequenceEnd)
        {
            list.Items.Add(list.Under(Value(Line, where.Item(), depth + 1), null, list.Items.Count));
        }

        return list;
    }

    private SpecPayloads Payloads(int place)
    {
        YamlRules.Check(_parser.Current!);
        var (list, ends) = (new SpecPayloads(place), new List<Range>());
        while (_parser.MoveNext() && _parser.Current is not SequenceEnd)
        {
            list.Places.Add(Line);
            ends.Add(Raw());
        }

        list.Items.AddRange(ends.Select(Json));
        return list;
    }

    /// <summary>Where the value lies in the buffer; the buffer may still move.</summary>
    private Range Raw()
    {
        var start = _json.WrittenCount;
        using (var writer = new Utf8JsonWriter(_json, _raw))
        {
            YamlPayload.Write(_parser, writer, depth: 1);
        }

        return start.._json.WrittenCount;
    }

    private ReadOnlyMemory<byte> Json(Range range) => _json.WrittenMemory[range];

    private static SpecSyntaxException NotYaml(int line, string why) =>
        new(line, $"This is not YAML: {why}.", "Check indentation (spaces, no tabs), colons, brackets and quotes.");
}
