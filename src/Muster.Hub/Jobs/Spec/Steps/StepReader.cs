using System.Globalization;
using Muster.Hub.Jobs.Spec.Reading;
using Muster.Hub.Jobs.Spec.Values;
using Muster.Protocol.Jobs;

namespace Muster.Hub.Jobs.Spec.Steps;

/// <summary>Reads one entry of a spec's tasks. The reference is docs/jobs.md.</summary>
internal sealed class StepReader(SpecValues values, LocalFiles files)
{
    private const double LeastSeconds = 1;
    private readonly NeedsReader _needs = new(values);
    private readonly InputReader _inputs = new(values, files);
    private readonly CommandReader _command = new(values);
    private readonly PayloadReader _payloads = new(values);

    public StepDraft Read(FieldSet fields, string defaultId)
    {
        var runtime = Runtime(fields);
        RuntimeRules.Check(values.Errors, fields, runtime);
        var payloads = _payloads.Read(fields);
        var plan = Shape(fields, Common(fields, defaultId, runtime), payloads);
        if (payloads is { ForEach: true } && payloads.Values.Count != plan.Count && fields["array"] is { } array && plan.Array)
        {
            values.Errors.Add(array, string.Create(CultureInfo.InvariantCulture, $"The array has {plan.Count:N0} tasks, and there are {payloads.Values.Count:N0} payloads."),
                "Leave array out, or make the two agree.");
        }

        var inputs = _inputs.Read(fields, plan);
        plan = plan with { Inputs = inputs.Plans, Package = inputs.Package };
        plan = fields["hosts"] is null ? plan : plan with { Gang = true, Array = false };
        return new StepDraft(fields.Map, plan) { After = After(fields["after"]), From = inputs.From, Payloads = payloads };
    }

    private TaskRuntime Runtime(FieldSet fields) =>
        values.Word<TaskRuntime>(fields["runtime"],
            ("process", TaskRuntime.Process), ("container", TaskRuntime.Container), ("agent", TaskRuntime.Agent), ("function", TaskRuntime.Function))
        ?? (fields["function"] is not null ? TaskRuntime.Function
            : fields["objective"] is not null ? TaskRuntime.Agent
            : fields["image"] is not null ? TaskRuntime.Container
            : TaskRuntime.Process);

    private StepPlan Common(FieldSet fields, string defaultId, TaskRuntime runtime)
    {
        var once = values.Flag(fields["at_most_once"]);
        var plan = new StepPlan
        {
            Id = Id(fields["id"]) ?? defaultId,
            Runtime = runtime,
            Command = _command.Command(fields["command"]),
            Environment = _command.Environment(fields["env"]),
            Outputs = _command.Outputs(fields["outputs"]),
            Needs = _needs.Read(fields["needs"], runtime),
            TimeoutSeconds = values.Seconds(fields["timeout"], LeastSeconds, SpecLimits.LongestAttempt) ?? 600,
            Retries = values.Whole(fields["retries"], 0, SpecLimits.Retries) ?? 0,
            Copies = Copies(fields),
            AtMostOnce = once ?? runtime == TaskRuntime.Agent,
            Preemptible = values.Flag(fields["preemptible"]) ?? false,
            LostWaitSeconds = LostWait(fields) ?? 600,
            Image = Image(fields["image"]),
            Pull = values.Word<PullWord>(fields["pull"], ("missing", PullWord.Missing), ("always", PullWord.Always), ("never", PullWord.Never))
                ?.ToString().ToLowerInvariant() ?? "missing",
            Function = values.Line(fields["function"], SpecLimits.ShortText, "function: resize"),
            Objective = Objective(fields["objective"]),
            MaxModelMicro = Credit.Micro(values, fields["max_model_cpt"]),
            Skills = Skills(fields["skills"]),
            Entry = _command.Entry(fields["entry"]),
        };
        OnceRules.Check(values.Errors, fields, plan);
        return plan;
    }

    /// <summary>How many tasks, and what their indexes are.</summary>
    private StepPlan Shape(FieldSet fields, StepPlan plan, StepPayloads? payloads)
    {
        if (fields["hosts"] is { } hosts)
        {
            foreach (var other in new[] { "array", "payloads" })
            {
                if (fields[other] is { } both)
                {
                    values.Errors.Add(both, $"{other} cannot go with hosts: the tasks of hosts run together and share their fate.", $"Leave out {other}, or hosts.");
                }
            }

            return plan with { Count = values.Whole(hosts, 1, SpecLimits.Hosts) ?? 1 };
        }

        if (fields["array"] is { } array)
        {
            return Range(array) is { } range ? plan with { Array = true, Count = (int)range.Count, FirstIndex = range.First } : plan;
        }

        return payloads is { ForEach: true } ? plan with { Array = true, Count = payloads.Values.Count } : plan;
    }

    private ArrayRange? Range(SpecNode array)
    {
        if (array is not SpecScalar { Scalar: ScalarKind.Text or ScalarKind.Number } scalar || !ArrayRange.TryParse(scalar.Text, out var range))
        {
            values.Errors.Add(array, $"{SpecValues.Written(array)} is no range of indexes.", "Write the first and the last, such as 0..399, or how many.");
            return null;
        }

        if (range.Count <= SpecLimits.Tasks)
        {
            return range;
        }

        values.Errors.Add(array, string.Create(CultureInfo.InvariantCulture, $"The array has {range.Count:N0} tasks, and {SpecLimits.Tasks:N0} are the most."), "Split it into several jobs.");
        return null;
    }

    private string? Id(SpecNode? node)
    {
        var id = values.Line(node, SpecLimits.Id, "id: frame");
        if (id is null || (char.IsAsciiLetterOrDigit(id[0]) && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-')))
        {
            return id;
        }

        values.Errors.Add(node!, $"{SpecErrors.Quote(id)} cannot be an id.", "Use letters, digits, dots, hyphens and underscores, beginning with a letter or digit.");
        return null;
    }

    private int Copies(FieldSet fields) =>
        values.Fields(fields["verify"], FieldNames.Verify, "verify: {copies: 2}") is { } verify ? values.Whole(verify["copies"], 1, SpecLimits.Copies) ?? 1 : 1;

    private double? LostWait(FieldSet fields) =>
        values.Fields(fields["on_lost"], FieldNames.OnLost, "on_lost: {wait: 10m}") is { } lost ? values.Seconds(lost["wait"], 0, SpecLimits.LongestAttempt) : null;

    private string? Image(SpecNode? node)
    {
        var image = values.Line(node, SpecLimits.ShortText + 55, "image: python:3.12-slim");
        if (image is null || (!image.Contains(' ') && image[0] is not ('-' or '/')))
        {
            return image;
        }

        values.Errors.Add(node!, $"{SpecErrors.Quote(image)} cannot be an image.", "Write a name with its tag or digest, such as python:3.12-slim.");
        return null;
    }

    private string? Objective(SpecNode? node)
    {
        var text = values.Text(node, "objective: Say which of these logs show a failing disk.");
        if (text is null || (text.Trim().Length > 0 && System.Text.Encoding.UTF8.GetByteCount(text) <= SpecLimits.ObjectiveBytes))
        {
            return text;
        }

        values.Errors.Add(node!, text.Trim().Length == 0 ? "The objective is empty." : "The objective is longer than 64 KiB.", "Say in a few sentences what is to be achieved; put long material into inputs.");
        return null;
    }

    private List<string> Skills(SpecNode? node) =>
        [.. values.List(node, SpecLimits.Skills, "skills", "skills: [web, file_read]").Select(item => values.Line(item, 100, "skills: [web]")).OfType<string>()];

    private List<StepReference> After(SpecNode? node)
    {
        // One id needs no brackets.
        var items = node is SpecScalar ? [node] : values.List(node, SpecLimits.Steps, "ids in after", "after: [frame]");
        return [.. items.Select(item => (item, id: values.Line(item, SpecLimits.Id, "after: [frame]"))).Where(found => found.id is not null).Select(found => new StepReference(found.item, found.id!))];
    }

    private enum PullWord
    {
        Missing,
        Always,
        Never,
    }
}
