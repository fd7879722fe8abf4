using System.Text.Unicode;

namespace Muster.Hub.Jobs.Spec.Reading;

/// <summary>Reads a spec into one tree, whichever format it is written in, with the place of every value.</summary>
internal static class SpecReader
{
    /// <summary>Members of a task that are kept as JSON.</summary>
    public const string Payload = "payload";
    public const string Payloads = "payloads";
    public const string Tasks = "tasks";

    /// <returns>Null, and an error, when the text cannot be read to its end.</returns>
    public static SpecMap? Read(SpecText text, SpecErrors errors)
    {
        if (text.Bytes.Length > SpecLimits.TextBytes)
        {
            errors.Add("spec", null, "The spec is longer than 16 MiB.", "Move data into input files, or split the job.");
            return null;
        }

        if (InvalidUtf8(text) is { } line)
        {
            errors.Add("spec", line, "The spec is not UTF-8 here.", "Save it as UTF-8.");
            return null;
        }

        if (text.Bytes.Span.ContainsAnyExcept(" \t\r\n"u8) is false)
        {
            errors.Add("spec", 1, "The spec is empty.", "Begin with name: and tasks:.");
            return null;
        }

        try
        {
            var root = text.Format == SpecFormat.Json ? new JsonTreeReader(text, errors).Read() : Yaml(text, errors);
            if (root is SpecMap map)
            {
                return map;
            }

            errors.Add("spec", 1, $"A spec is a map of fields, and this is {root?.Kind ?? "nothing"}.", "Begin with name: and tasks:.");
        }
        catch (SpecSyntaxException mistake)
        {
            errors.Add("spec", mistake.Line, mistake.Message, mistake.Fix);
        }

        return null;
    }

    private static SpecNode? Yaml(SpecText text, SpecErrors errors)
    {
        using var reader = new YamlTreeReader(text, errors);
        return reader.Read();
    }

    private static int? InvalidUtf8(SpecText text)
    {
        var bytes = text.Bytes.Span;
        if (Utf8.IsValid(bytes))
        {
            return null;
        }

        var line = 1;
        for (; bytes.IndexOf((byte)'\n') is >= 0 and var end && Utf8.IsValid(bytes[..end]); line++)
        {
            bytes = bytes[(end + 1)..];
        }

        return line;
    }
}

/// <summary>The text ends to make sense here, so that nothing more can be said of it.</summary>
internal sealed class SpecSyntaxException(int line, string message, string fix) : Exception(message)
{
    public int Line => line;

    public string Fix => fix;
}

/// <summary>Where a map stands: only a task's payloads stay JSON.</summary>
internal enum TreePlace
{
    Root,
    Tasks,
    Task,
    Elsewhere,
}

internal static class TreePlaces
{
    /// <summary>A spec of one task has the task's fields at its top.</summary>
    public static bool HoldsPayloads(this TreePlace place) => place is TreePlace.Root or TreePlace.Task;

    public static TreePlace Member(this TreePlace place, string name) => place == TreePlace.Root && name == SpecReader.Tasks ? TreePlace.Tasks : TreePlace.Elsewhere;

    public static TreePlace Item(this TreePlace place) => place == TreePlace.Tasks ? TreePlace.Task : TreePlace.Elsewhere;
}
