using System.Text;
using Muster.Agents.Tools;
using Muster.Hub.Jobs.Spec.Packages;
using Muster.Hub.Jobs.Spec.Reading;
using Muster.Hub.Jobs.Spec.Values;
using Muster.Protocol.Archives;
using Muster.Protocol.Jobs;

namespace Muster.Hub.Jobs.Spec.Steps;

/// <summary>Reads what is run, with which variables, and what is kept of it.</summary>
internal sealed class CommandReader(SpecValues values)
{
    private const string CommandExample = "command: [python3, work.py]";
    private const string OutputExample = "outputs: [\"frame_*.png\", \"out/**\"]";

    public IReadOnlyList<string> Command(SpecNode? node)
    {
        if (node is SpecScalar { Scalar: not ScalarKind.Null })
        {
            return Filled(node, CommandExample) is { } line && Short(node, line, SpecLimits.WordBytes, "command") ? ["sh", "-c", line] : [];
        }

        var words = values.List(node, SpecLimits.Words, "words in the command", CommandExample)
            .Select(item => Filled(item, CommandExample) is { } word && Short(item, word, SpecLimits.WordBytes, "word") ? word : "")
            .ToList();
        if (node is SpecList { Items: [] or [SpecScalar { Text: "" }, ..] })
        {
            values.Errors.Add(node, "The command names no program.", $"Write {CommandExample}.");
        }

        if (words.Sum(word => (long)Encoding.UTF8.GetByteCount(word) + 1) > SpecLimits.CommandBytes)
        {
            values.Errors.Add(node!, "The command is longer than 1 MiB.", "Put long arguments into an input file.");
        }

        return words;
    }

    public string? Entry(SpecNode? node)
    {
        if (node is null || values.Line(node, ArchiveLimits.MaxPath, "entry: run.py") is not { } entry)
        {
            return null;
        }

        if (ArchivePath.Mistake(entry) is null && PackageEntry.IsScript(entry))
        {
            return entry;
        }

        values.Errors.Add(node, $"{SpecErrors.Quote(entry)} is no script in a package.", "Write the path of a .py or .sh file as it is in the ZIP, or use command: instead.");
        return null;
    }

    public IReadOnlyDictionary<string, string> Environment(SpecNode? node)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        if (values.Map(node, "env: {LANG: C.UTF-8}") is not { } map)
        {
            return variables;
        }

        if (map.Members.Count > SpecLimits.Variables)
        {
            values.Errors.Add(map, $"There are {map.Members.Count} variables, and {SpecLimits.Variables} are the most.", "Put them into an input file.");
            return variables;
        }

        var bytes = 0L;
        foreach (var variable in map.Members)
        {
            if (Variable(variable) is { } value && variables.TryAdd(variable.Name!, value))
            {
                bytes += Encoding.UTF8.GetByteCount(variable.Name!) + Encoding.UTF8.GetByteCount(value) + 2;
            }
        }

        if (bytes > SpecLimits.EnvironmentBytes)
        {
            values.Errors.Add(map, "The variables are more than 256 KiB together.", "Put them into an input file.");
        }

        return variables;
    }

    public IReadOnlyList<string> Outputs(SpecNode? node)
    {
        // One pattern needs no brackets.
        var items = node is SpecScalar { Scalar: not ScalarKind.Null } ? [node] : values.List(node, SpecLimits.Outputs, "patterns in outputs", OutputExample);
        var outputs = new List<string>(items.Count);
        foreach (var item in items)
        {
            if (Filled(item, OutputExample) is not { } pattern)
            {
                continue;
            }

            if (ArchivePath.Mistake(pattern, portable: false) is { } mistake)
            {
                values.Errors.Add(item, $"{SpecErrors.Quote(pattern)} {mistake}.", $"Write paths in the work folder, such as {OutputExample}.");
            }
            else
            {
                outputs.Add(pattern.EndsWith('/') ? pattern + "**" : pattern);
            }
        }

        return outputs;
    }

    private string? Variable(SpecNode node)
    {
        var name = node.Name!;
        var well = name.Length is > 0 and <= SpecLimits.VariableName && !char.IsAsciiDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
        if (!well || name.StartsWith("MUSTER_", StringComparison.OrdinalIgnoreCase))
        {
            values.Errors.Add(node, $"{SpecErrors.Quote(name)} cannot be a variable here.",
                well ? "Choose a name that does not begin with MUSTER_: those are set for every task." : "Use letters, digits and underscores, not beginning with a digit.");
            return null;
        }

        return Filled(node, $"{name}: value (\"\" for an empty one)") is { } value && Short(node, value, SpecLimits.WordBytes - SpecLimits.VariableName, "value") ? value : null;
    }

    /// <summary>A text in which placeholders may stand.</summary>
    private string? Filled(SpecNode node, string example)
    {
        if (values.Text(node, example) is not { } text)
        {
            return null;
        }

        PlaceholderRules.Check(values.Errors, node, text);
        return text;
    }

    private bool Short(SpecNode node, string text, int most, string what)
    {
        if (text.Length <= most / 3 || Encoding.UTF8.GetByteCount(text) <= most)
        {
            return true;
        }

        values.Errors.Add(node, $"This {what} is longer than 128 KiB, which no program can be given.", "Put it into an input file.");
        return false;
    }
}

internal static class PlaceholderRules
{
    public static void Check(SpecErrors errors, SpecNode node, string text)
    {
        if (Placeholders.Mistake(text) is not { } name)
        {
            return;
        }

        var near = name.Length is > 0 and <= 40 ? NearestName.Of(name, Placeholders.Names) : null;
        errors.Add(node,
            name.Length == 0 ? "A name is missing after \"${\", or its }." : $"There is no {SpecErrors.Quote("${" + name + "}")}.",
            $"{(near is null ? "Use ${index} or ${array.count}." : $"Did you mean ${{{near}}}?")} For a dollar sign that is meant for the program write $$.");
    }
}
