using System.Text.Json;
using Muster.Hub.Chat;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Spec;
using Muster.Hub.Jobs.Views;
using Muster.Protocol.Archives;

namespace Muster.Hub.Planning;

/// <summary>Steps as the agent tasks of one job: each after those that it depends on, whose words and files come to it.</summary>
internal static class PlanSpec
{
    private const int LongestName = 80;

    public static JobRequest Request(string? name, IReadOnlyList<PlanRunStep> steps) => new(JsonElement.Parse(Write(name, steps)), null, null, null);

    /// <exception cref="Api.ApiException">Its steps cannot be run.</exception>
    public static JobPlan Compile(string? name, IReadOnlyList<PlanRunStep> steps)
    {
        var compiled = SpecCompiler.Compile(System.Text.Encoding.UTF8.GetBytes(Write(name, steps)), SpecFormat.Json, new Dictionary<string, SpecFile>());
        return compiled.Plan ?? throw JobIntake.Refused(compiled.Errors);
    }

    /// <summary>As the other, for steps that are given something by steps of another job.</summary>
    public static JobPlan Compile(string? name, IReadOnlyList<MendedStep> steps)
    {
        var plan = Compile(name, [.. steps.Select(step => new PlanRunStep(step.Id, step.Description, step.Skills, step.DependsOn, step.Node))]);
        var given = steps.ToDictionary(step => step.Id, StringComparer.Ordinal);
        return plan with { Steps = [.. plan.Steps.Select(step => With(step, given[step.Id]))] };
    }

    private static StepPlan With(StepPlan step, MendedStep given) => step with
    {
        Handed = given.Handed.Length > 0 ? given.Handed : null,
        Inputs = [.. step.Inputs, .. given.Files.Select(file => new InputPlan($"{FolderOf(file.Step)}/{file.Path}", file.Sha256, file.Size, null))],
    };

    private static string Write(string? name, IReadOnlyList<PlanRunStep> steps)
    {
        var here = steps.Select(step => step.Id).ToHashSet(StringComparer.Ordinal);
        return EventJson.Write(json =>
        {
            json.WriteString("name", Name(name));
            json.WriteStartArray("tasks");
            foreach (var step in steps)
            {
                Write(json, step, here);
            }

            json.WriteEndArray();
        });
    }

    /// <summary>One subtask of a plan alone waits for nobody: what it depended on is not there.</summary>
    private static void Write(Utf8JsonWriter json, PlanRunStep step, HashSet<string> here)
    {
        List<string> after = [.. step.DependsOn?.Where(here.Contains).Distinct(StringComparer.Ordinal) ?? []];
        json.WriteStartObject();
        json.WriteString("id", step.Id);
        json.WriteString("runtime", "agent");
        json.WriteString("objective", step.Description);
        json.WriteNumber("retries", 1);
        Texts("skills", step.Skills);
        Texts("after", after);
        Texts("outputs", ["**"]);
        if (after.Count > 0)
        {
            json.WriteStartObject("inputs");
            foreach (var before in after)
            {
                json.WriteStartObject(FolderOf(before) + "/");
                json.WriteString("from", before);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        if (!string.IsNullOrEmpty(step.Node))
        {
            json.WriteStartObject("needs");
            json.WriteString("node", step.Node);
            json.WriteEndObject();
        }

        json.WriteEndObject();

        void Texts(string name, IEnumerable<string>? texts)
        {
            if (texts?.ToList() is { Count: > 0 } some)
            {
                json.WriteStartArray(name);
                some.ForEach(json.WriteStringValue);
                json.WriteEndArray();
            }
        }
    }

    /// <summary>Where the files of a step lie for those after it. An id is a good name of a folder nearly always.</summary>
    private static string FolderOf(string id) => ArchivePath.Mistake(id) is null ? id : $"step-{id.TrimEnd('.')}";

    private static string Name(string? text)
    {
        var name = (text ?? "").ReplaceLineEndings(" ").Trim();
        return name.Length == 0 ? "plan" : name.Length <= LongestName ? name : string.Concat(name.AsSpan(0, LongestName - (char.IsHighSurrogate(name[LongestName - 1]) ? 1 : 0)), "…");
    }
}
