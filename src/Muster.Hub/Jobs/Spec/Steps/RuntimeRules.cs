using Muster.Hub.Jobs.Spec.Values;

namespace Muster.Hub.Jobs.Spec.Steps;

/// <summary>Which fields belong to which runtime: one that would be passed over in silence is an error.</summary>
internal static class RuntimeRules
{
    private static readonly (string Field, TaskRuntime[] Of)[] _belong =
    [
        ("command", [TaskRuntime.Process, TaskRuntime.Container]),
        ("env", [TaskRuntime.Process, TaskRuntime.Container, TaskRuntime.Agent]),
        ("package", [TaskRuntime.Process]),
        ("entry", [TaskRuntime.Process]),
        ("image", [TaskRuntime.Container]),
        ("pull", [TaskRuntime.Container]),
        ("function", [TaskRuntime.Function]),
        ("payload", [TaskRuntime.Function]),
        ("payloads", [TaskRuntime.Function]),
        ("objective", [TaskRuntime.Agent]),
        ("max_model_cpt", [TaskRuntime.Agent]),
        ("skills", [TaskRuntime.Agent]),
    ];

    public static void Check(SpecErrors errors, FieldSet fields, TaskRuntime runtime)
    {
        foreach (var (name, of) in _belong)
        {
            if (fields[name] is { } node && !of.Contains(runtime))
            {
                errors.Add(node, $"{name} means nothing to a task of runtime {Word(runtime)}.", $"Leave it out, or write runtime: {Word(of[0])}.");
            }
        }

        var needed = runtime switch
        {
            TaskRuntime.Container => ("image", "A container needs an image.", "Write image: with its name, such as python:3.12-slim."),
            TaskRuntime.Function => ("function", "A function task needs the name of a function.", "Write function: with the name your worker serves."),
            TaskRuntime.Agent => ("objective", "An agent needs an objective.", "Write objective: and what is to be achieved."),
            _ => ("command", "There is nothing to run.", "Write command: with a program and its arguments."),
        };
        if (fields[needed.Item1] is null && (runtime != TaskRuntime.Process || fields["entry"] is null))
        {
            errors.Missing(fields.Map, needed.Item1, needed.Item2, needed.Item3);
        }

        if (fields["payload"] is not null && fields["payloads"] is { } both)
        {
            errors.Add(both, "There is payload for all tasks, and payloads with one for each.", "Keep one of the two.");
        }

        if (fields["entry"] is { } entry && fields["package"] is null)
        {
            errors.Add(entry, "entry is a file in a package, and there is none.", "Write package: with a ZIP, or command: instead of entry.");
        }

        if (fields["entry"] is { } file && fields["command"] is not null)
        {
            errors.Add(file, "entry and command both say what to run.", "Keep one of the two.");
        }
    }

    public static string Word(TaskRuntime runtime) => runtime.ToString().ToLowerInvariant();
}
