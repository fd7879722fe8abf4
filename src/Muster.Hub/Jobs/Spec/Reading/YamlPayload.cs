using System.Text.Json;
using YamlDotNet.Core.Events;

namespace Muster.Hub.Jobs.Spec.Reading;

/// <summary>A YAML value as JSON: what a function is called with.</summary>
internal static class YamlPayload
{
    /// <param name="events">At the value's first event; at its last one afterwards.</param>
    public static void Write(YamlEvents events, Utf8JsonWriter writer, int depth)
    {
        YamlRules.Check(events.Current!);
        if (depth > SpecLimits.PayloadDepth)
        {
            throw new SpecSyntaxException(events.Line, $"This payload is nested more than {SpecLimits.PayloadDepth} deep.", "Pass a flatter value, or a file.");
        }

        switch (events.Current)
        {
            case MappingStart:
                Map(events, writer, depth);
                break;
            case SequenceStart:
                writer.WriteStartArray();
                while (events.MoveNext() && events.Current is not SequenceEnd)
                {
                    Write(events, writer, depth + 1);
                }

                writer.WriteEndArray();
                break;
            default:
                Scalar(events.Scalar(), writer);
                break;
        }
    }

    private static void Map(YamlEvents events, Utf8JsonWriter writer, int depth)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        writer.WriteStartObject();
        while (events.MoveNext() && events.Current is not MappingEnd)
        {
            YamlRules.Check(events.Current!);
            var name = YamlRules.NameOf(events.Current!);
            if (!names.Add(name))
            {
                throw new SpecSyntaxException(events.Line, $"{SpecErrors.Quote(name)} is there twice.", "Keep one of the two.");
            }

            writer.WritePropertyName(name);
            events.MoveNext();
            Write(events, writer, depth + 1);
        }

        writer.WriteEndObject();
    }

    private static void Scalar(Scalar scalar, Utf8JsonWriter writer)
    {
        switch (YamlRules.KindOf(scalar))
        {
            case ScalarKind.Null:
                writer.WriteNullValue();
                break;
            case ScalarKind.Flag:
                writer.WriteBooleanValue(scalar.Value[0] is 't' or 'T');
                break;
            case ScalarKind.Number:
                writer.WriteRawValue(Number(scalar), skipInputValidation: true);
                break;
            default:
                writer.WriteStringValue(scalar.Value);
                break;
        }
    }

    /// <summary>JSON has no plus, no leading zeros, and digits on both sides of a point.</summary>
    private static string Number(Scalar scalar)
    {
        var text = scalar.Value.TrimStart('+');
        var sign = text.StartsWith('-') ? "-" : "";
        text = text[sign.Length..];
        var exponent = text.IndexOfAny(['e', 'E']) is >= 0 and var e ? text[e..] : "";
        var parts = text[..^exponent.Length].Split('.');
        if (parts.Length == 2 && parts[1].Length > 0 && !char.IsAsciiDigit(parts[1][0]))
        {
            throw new SpecSyntaxException((int)scalar.Start.Line, $"{scalar.Value} is no value of JSON.", "Write a finite number, or put it in quotes.");
        }

        var whole = parts[0].TrimStart('0');
        return $"{sign}{(whole.Length == 0 ? "0" : whole)}{(parts is [_, { Length: > 0 }] ? "." + parts[1] : "")}{exponent}";
    }
}
