using System.Globalization;
using Muster.Hub.Jobs.Spec.Reading;
using Muster.Hub.Jobs.Spec.Values;

namespace Muster.Hub.Jobs.Spec.Steps;

/// <summary>Reads a whole spec: a list of tasks, or one task whose fields stand at the top.</summary>
internal sealed class JobReader(SpecValues values, StepReader steps)
{
    private const double LeastDeadline = 1;
    private const int NameOfObjective = 60;

    public (JobPlan Plan, IReadOnlyList<StepDraft> Steps) Read(SpecMap root)
    {
        var many = root.Members.Exists(member => member.Name == SpecReader.Tasks);
        var one = !many && root.Members.Exists(member => FieldNames.Task.PlaceOf(member.Name!) >= 0);
        var fields = new FieldSet(root, many ? FieldNames.Job : FieldNames.Short, values.Errors);
        var drafts = one ? [steps.Read(fields, "task")] : List(fields[SpecReader.Tasks], root);
        var plan = new JobPlan
        {
            Name = values.Line(fields["name"], SpecLimits.Name, "name: render") ?? Name(drafts),
            Steps = new StepGraph(values.Errors).Link(drafts),
            Priority = values.Word<JobPriority>(fields["priority"],
                ("low", JobPriority.Low), ("normal", JobPriority.Normal), ("high", JobPriority.High), ("urgent", JobPriority.Urgent)) ?? JobPriority.Normal,
            MaxMicro = Credit.Micro(values, fields["max_cpt"]),
            DeadlineSeconds = values.Seconds(fields["deadline"], LeastDeadline, SpecLimits.LongestJob),
            Pack = values.Word<bool>(fields["placement"], ("spread", false), ("pack", true)) ?? false,
        };
        CheckCount(root, plan);
        return (plan, drafts);
    }

    private List<StepDraft> List(SpecNode? node, SpecMap root)
    {
        var items = values.List(node, SpecLimits.Steps, "tasks", "tasks: and below it a list, each task beginning with \"- id:\"");
        var drafts = new List<StepDraft>(items.Count);
        foreach (var item in items)
        {
            if (!values.Errors.IsFull && values.Fields(item, FieldNames.Task, "- id: frame, and below it the task's other fields") is { } fields)
            {
                drafts.Add(steps.Read(fields, items.Count == 1 ? "task" : string.Create(CultureInfo.InvariantCulture, $"task-{item.Index + 1}")));
            }
        }

        if (node is null or SpecList { Items.Count: 0 })
        {
            values.Errors.Missing(root, SpecReader.Tasks, "There are no tasks.", "Write at least one, beginning with \"- id:\".");
        }

        return drafts;
    }

    private void CheckCount(SpecMap root, JobPlan plan)
    {
        var count = plan.Steps.Sum(step => (long)step.Count);
        if (count > SpecLimits.Tasks)
        {
            values.Errors.Missing(root, SpecReader.Tasks,
                string.Create(CultureInfo.InvariantCulture, $"The job has {count:N0} tasks, and {SpecLimits.Tasks:N0} are the most."), "Split it into several jobs.");
        }
    }

    /// <summary>What people would call it.</summary>
    private static string Name(List<StepDraft> drafts)
    {
        if (drafts is not [{ Plan: var first }, ..])
        {
            return "job";
        }

        var name = first switch
        {
            { Function: { } function } => function,
            { Image: { } image } => image,
            { Objective: { } objective } => new string([.. objective.Trim().Take(NameOfObjective).Select(letter => char.IsControl(letter) ? ' ' : letter)]),
            { Entry: { } entry } => entry[(entry.LastIndexOf('/') + 1)..],
            { Command: ["sh", "-c", var line, ..] } => line.Trim().Split(' ', '\n', '\t')[0],
            { Command: [var program, ..] } => program[(program.LastIndexOf('/') + 1)..],
            _ => first.Id,
        };
        return name.Length == 0 || name.Any(char.IsControl) ? first.Id : name[..Math.Min(name.Length, SpecLimits.Name)];
    }
}
