using System.Globalization;
using Muster.Hub.Jobs.Spec.Reading;
using Muster.Hub.Jobs.Spec.Values;
using Muster.Protocol.Archives;
using Muster.Protocol.Jobs;

namespace Muster.Hub.Jobs.Spec.Steps;

/// <param name="Package">The input that is to be unpacked.</param>
internal sealed record StepInputs(IReadOnlyList<InputPlan> Plans, IReadOnlyList<(StepReference Step, int Input)> From, string? Package);

/// <summary>Reads where the files of a task come from: <c>name: ./file</c>, <c>name: sha256:…</c>, <c>folder/: {from: step}</c>, or a list of local files.</summary>
internal sealed class InputReader(SpecValues values, LocalFiles files)
{
    /// <summary>Where a package lies before it is unpacked: a name that is hardly in it.</summary>
    public const string PackageName = ".muster-package.zip";

    private const string Hash = "sha256:";
    private const string Example = "inputs: {scene.blend: ./scene.blend}";

    public StepInputs Read(FieldSet fields, StepPlan plan)
    {
        var (plans, from) = (new List<InputPlan>(), new List<(StepReference, int)>());
        var names = new InputNames(values.Errors);
        foreach (var (node, name) in Named(fields["inputs"]))
        {
            if (!names.Add(node, name) || values.Errors.IsFull)
            {
                continue;
            }

            if (node is SpecMap)
            {
                AddStep(node, name, plans, from);
            }
            else if (values.Text(node, Example) is { } source)
            {
                plans.Add(Source(node, name, source, plan));
            }
        }

        if (fields["package"] is { } package && values.Text(package, "package: ./work.zip") is { } zip && names.Add(package, PackageName))
        {
            plans.Add(Source(package, PackageName, zip, plan));
            return new StepInputs(plans, from, PackageName);
        }

        return new StepInputs(plans, from, null);
    }

    private IEnumerable<(SpecNode Node, string Name)> Named(SpecNode? node)
    {
        if (node is SpecList)
        {
            return values.List(node, SpecLimits.Inputs, "inputs", Example)
                .Select(item => (item, path: values.Text(item, "- ./scene.blend")))
                .Where(found => found.path is not null)
                .Select(found => (found.item, NameOf(found.path!)));
        }

        var members = values.Map(node, Example)?.Members ?? [];
        if (members.Count > SpecLimits.Inputs)
        {
            values.Errors.Add(node!, $"There are {members.Count} inputs, and {SpecLimits.Inputs} are the most.", "Pack files together.");
            return [];
        }

        return members.Select(member => (member, member.Name!));
    }

    /// <summary>In a list a file keeps its path.</summary>
    private static string NameOf(string path) => path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;

    private void AddStep(SpecNode node, string name, List<InputPlan> plans, List<(StepReference, int)> from)
    {
        var source = new FieldSet((SpecMap)node, FieldNames.Source, values.Errors);
        if (source["from"] is null)
        {
            values.Errors.Missing(node, "from", "It is not said where this comes from.", "Write {from: ID} with the id of a task.");
            return;
        }

        if (!name.EndsWith('/'))
        {
            values.Errors.Add(node, "The outputs of a task come as a folder.", $"Write {name}/: with a slash at its end.");
        }

        if (values.Line(source["from"], SpecLimits.Id, "{from: frame}") is { } id)
        {
            from.Add((new StepReference(source["from"]!, id), plans.Count));
            plans.Add(new InputPlan(name, null, 0, null));
        }
    }

    private InputPlan Source(SpecNode node, string name, string source, StepPlan plan)
    {
        if (name.EndsWith('/'))
        {
            values.Errors.Add(node, "One file is no folder.", "Leave the slash at the end of the name out; only {from: ID} fills a folder.");
        }

        if (source.StartsWith(Hash, StringComparison.OrdinalIgnoreCase))
        {
            var hash = source[Hash.Length..].ToLowerInvariant();
            if (!LocalFiles.IsHash(hash))
            {
                values.Errors.Add(node, $"{SpecErrors.Quote(source)} is no hash of an artifact.", "Write sha256: and 64 hexadecimal digits.");
            }

            return new InputPlan(name, hash, 0, null);
        }

        return IsPath(node, source) ? Local(node, name, source, plan) : new InputPlan(name, null, 0, null);
    }

    private bool IsPath(SpecNode node, string source)
    {
        PlaceholderRules.Check(values.Errors, node, source);
        var wrong = source.Length is 0 or > SpecLimits.LocalPath || source.Any(char.IsControl) ? ("This is no path of a file.", "Write for example ./scene.blend.")
            : source.Contains("://", StringComparison.Ordinal) ? ("An input is a file, not an address on the network.", "Download it first, or let the task do it with needs: {network: [HOST]}.")
            : source.EndsWith('/') ? ("A folder cannot be an input.", "Name its files, or pack it into one.")
            : ((string, string)?)null;
        if (wrong is { } mistake)
        {
            values.Errors.Add(node, mistake.Item1, mistake.Item2);
        }

        return wrong is null && Placeholders.Mistake(source) is null;
    }

    /// <summary>With an index in its path it is another file for each task.</summary>
    private InputPlan Local(SpecNode node, string name, string source, StepPlan plan)
    {
        if (plan is { Array: false, Count: 1 } || !Placeholders.HasIndex(source))
        {
            var file = files.Find(node, Placeholders.Fill(source, plan.FirstIndex, plan.Count));
            return new InputPlan(name, file.Sha256, file.Size, null);
        }

        if (plan.Count > SpecLimits.LocalFiles)
        {
            values.Errors.Add(node, string.Create(CultureInfo.InvariantCulture, $"This is a file for each of {plan.Count:N0} tasks, and {SpecLimits.LocalFiles:N0} local files are the most."),
                "Pack them together, or split the job.");
            return new InputPlan(name, null, 0, null);
        }

        var each = new InputFile[plan.Count];
        for (var i = 0; i < each.Length; i++)
        {
            each[i] = files.Find(node, Placeholders.Fill(source, plan.FirstIndex + i, plan.Count));
        }

        return new InputPlan(name, null, 0, null) { Each = each };
    }
}
