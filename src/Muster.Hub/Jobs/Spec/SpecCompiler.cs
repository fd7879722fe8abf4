using System.Globalization;
using Muster.Hub.Jobs.Spec.Reading;
using Muster.Hub.Jobs.Spec.Steps;
using Muster.Hub.Jobs.Spec.Values;

namespace Muster.Hub.Jobs.Spec;

/// <summary>Makes a plan of what a user wrote, or says everything that is wrong with it.</summary>
internal static class SpecCompiler
{
    private static readonly CompiledSpec _nothing = new(null, null, [], []);

    /// <summary>
    /// Pure: what it answers depends on its arguments alone. Payloads of a JSON text are parts of <paramref name="text"/>, which must not
    /// be changed as long as they are used.
    /// </summary>
    /// <param name="files">The submitter's local files that are artifacts by now, by the names that the spec gives them.</param>
    public static CompiledSpec Compile(ReadOnlyMemory<byte> text, SpecFormat format, IReadOnlyDictionary<string, SpecFile> files)
    {
        var spec = new SpecText(text, format);
        var errors = new SpecErrors(spec);
        if (SpecReader.Read(spec, errors) is not { } root)
        {
            return _nothing with { Errors = errors.All };
        }

        var (values, locals) = (new SpecValues(errors), new LocalFiles(files, errors));
        var job = new JobReader(values, new StepReader(values, locals));
        var (plan, drafts) = job.Read(root);
        var payloads = errors.Any ? null : Payloads(errors, drafts, plan);
        return errors.Any ? _nothing with { Errors = errors.All, MissingFiles = locals.Missing }
            : locals.Missing.Count > 0 ? _nothing with { MissingFiles = locals.Missing }
            : new CompiledSpec(plan, payloads, [], []);
    }

    private static IReadOnlyList<ReadOnlyMemory<byte>>? Payloads(SpecErrors errors, IReadOnlyList<StepDraft> drafts, JobPlan plan)
    {
        var total = drafts.Select((draft, step) => (draft.Payloads, plan.Steps[step].Count))
            .Sum(step => step.Payloads is null ? 0L : step.Payloads.ForEach ? step.Payloads.Values.Sum(value => (long)value.Length) : (long)step.Payloads.Values[0].Length * step.Count);
        if (total > SpecLimits.PayloadTotal)
        {
            errors.Add("spec", null, string.Create(CultureInfo.InvariantCulture, $"The payloads of all tasks are {total:N0} bytes together, and 64 MiB are the most."), "Pass files as inputs instead, or split the job.");
            return null;
        }

        if (drafts.All(draft => draft.Payloads is null))
        {
            return null;
        }

        if (drafts is [{ Payloads: { ForEach: true } only }])
        {
            return only.Values;
        }

        var payloads = new List<ReadOnlyMemory<byte>>(plan.Steps.Sum(step => step.Count));
        foreach (var (step, draft) in drafts.Index())
        {
            for (var task = 0; task < plan.Steps[step].Count; task++)
            {
                payloads.Add(draft.Payloads?.Of(task) ?? default);
            }
        }

        return payloads;
    }
}
