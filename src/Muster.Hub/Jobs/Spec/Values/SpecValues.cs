using System.Globalization;
using System.Numerics;
using System.Text;
using Muster.Agents.Tools;
using Muster.Hub.Jobs.Spec.Reading;
using Muster.Protocol.Jobs;

namespace Muster.Hub.Jobs.Spec.Values;

/// <summary>Reads single values, each with its range. What is wrong becomes an error, and the default is gone on with.</summary>
internal sealed class SpecValues(SpecErrors errors)
{
    public SpecErrors Errors => errors;

    public SpecMap? Map(SpecNode? node, string example)
    {
        if (node is null or SpecMap)
        {
            return node as SpecMap;
        }

        errors.Add(node, $"This must be a map, and is {node.Kind}.", $"Write {example}.");
        return null;
    }

    public FieldSet? Fields(SpecNode? node, FieldNames names, string example) => Map(node, example) is { } map ? new FieldSet(map, names, errors) : null;

    /// <summary>A text on one line, for people or for names.</summary>
    public string? Line(SpecNode? node, int most, string example)
    {
        if (Text(node, example) is not { } text)
        {
            return null;
        }

        if (text.Length > 0 && text.Length <= most && !text.Any(char.IsControl))
        {
            return text;
        }

        errors.Add(node!, text.Length == 0 ? "This is empty." : $"This must be one line of at most {most} characters.", $"Write for example {example}.");
        return null;
    }

    /// <summary>Any text that a program could be given. A number or true is its text, as written.</summary>
    public string? Text(SpecNode? node, string example)
    {
        if (node is null)
        {
            return null;
        }

        if (node is not SpecScalar { Scalar: not ScalarKind.Null } scalar)
        {
            errors.Add(node, $"This must be a text, and is {node.Kind}.", $"Write for example {example}.");
            return null;
        }

        if (!scalar.Text.Contains('\0') && IsWhole(scalar.Text))
        {
            return scalar.Text;
        }

        errors.Add(node, "This text has a character in it that no program can be given (a zero, or half of a pair).", "Take it out.");
        return null;
    }

    public bool? Flag(SpecNode? node)
    {
        if (node is null or SpecScalar { Scalar: ScalarKind.Flag })
        {
            return node is SpecScalar { Text: var text } ? text[0] is 't' or 'T' : null;
        }

        errors.Add(node, $"{Written(node)} is neither true nor false.", "Write true or false.");
        return null;
    }

    public int? Whole(SpecNode? node, int least, int most) => (int?)Number(node, least, most, "whole number", text =>
        text.Length <= 20 && BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && whole >= least && whole <= most ? (double)whole : null);

    public double? Number(SpecNode? node, double least, double most) => Number(node, least, most, "number", text =>
        double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null);

    /// <summary>In bytes.</summary>
    public long? Size(SpecNode? node, long least, long most)
    {
        if (node is null)
        {
            return null;
        }

        if (node is SpecScalar { Scalar: ScalarKind.Text or ScalarKind.Number } scalar && ByteSize.TryParse(scalar.Text, out var size))
        {
            if (size.Bytes >= least && size.Bytes <= most)
            {
                return size.Bytes;
            }

            errors.Add(node, $"{Written(node)} is not between {new ByteSize(least)} and {new ByteSize(most)}.", "Write a size in this range.");
            return null;
        }

        errors.Add(node, $"{Written(node)} is no size.", "Write a number and a unit, such as 512MiB, 2GiB or 1.5GB.");
        return null;
    }

    public double? Seconds(SpecNode? node, double least, double most)
    {
        if (node is null)
        {
            return null;
        }

        if (node is SpecScalar { Scalar: ScalarKind.Text or ScalarKind.Number } scalar && Duration.TryParse(scalar.Text, out var duration))
        {
            if (duration.TotalSeconds >= least && duration.TotalSeconds <= most)
            {
                return duration.TotalSeconds;
            }

            errors.Add(node, $"{Written(node)} is not between {Duration.Text(TimeSpan.FromSeconds(least))} and {Duration.Text(TimeSpan.FromSeconds(most))}.", "Write a time in this range.");
            return null;
        }

        errors.Add(node, $"{Written(node)} is no length of time.", "Write numbers with units, such as 90s, 10m or 1h30m.");
        return null;
    }

    /// <summary>One of a few words.</summary>
    public T? Word<T>(SpecNode? node, params ReadOnlySpan<(string Word, T Value)> words)
        where T : struct
    {
        if (node is null)
        {
            return null;
        }

        var names = new List<string>(words.Length);
        foreach (var (word, value) in words)
        {
            if (node is SpecScalar scalar && scalar.Text == word)
            {
                return value;
            }

            names.Add(word);
        }

        var near = node is SpecScalar { Text.Length: <= 40 } wrong ? NearestName.Of(wrong.Text, names) : null;
        errors.Add(node, $"{Written(node)} is not one of: {string.Join(", ", names)}.", near is null ? "Write one of them." : $"Did you mean {near}?");
        return null;
    }

    public IReadOnlyList<SpecNode> List(SpecNode? node, int most, string what, string example)
    {
        if (node is null)
        {
            return [];
        }

        if (node is not SpecList list)
        {
            errors.Add(node, $"This must be a list, and is {node.Kind}.", $"Write {example}.");
            return [];
        }

        if (list.Items.Count > most)
        {
            errors.Add(node, string.Create(CultureInfo.InvariantCulture, $"There are {list.Items.Count:N0} {what}, and {most:N0} are the most."), "Leave some out.");
            return [];
        }

        return list.Items;
    }

    /// <summary>What somebody wrote, for a sentence.</summary>
    public static string Written(SpecNode node) => node is SpecScalar { Scalar: not ScalarKind.Null } scalar ? SpecErrors.Quote(scalar.Text) : char.ToUpperInvariant(node.Kind[0]) + node.Kind[1..];

    private double? Number(SpecNode? node, double least, double most, string what, Func<string, double?> read)
    {
        if (node is null)
        {
            return null;
        }

        var number = node is SpecScalar { Scalar: ScalarKind.Text or ScalarKind.Number, Text.Length: <= 40 } scalar ? read(scalar.Text) : null;
        if (number is null)
        {
            errors.Add(node, string.Create(CultureInfo.InvariantCulture, $"{Written(node)} is not a {what} from {least:#,0.##} to {most:#,0.##}."), "Write a number in this range.");
        }

        return number;
    }

    private static bool IsWhole(string text)
    {
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            rest = rest[length..];
        }

        return true;
    }
}
