using System.Text.RegularExpressions;
using Muster.Hub.Jobs;
using Muster.Tests.Tidy;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs.Spec;

/// <summary>What docs/jobs.md shows is what the compiler takes.</summary>
public sealed partial class DocumentedSpecTests
{
    public static TheoryData<string, string> Examples() =>
        new(Block().Matches(File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "jobs.md"))).Select(match => (match.Groups[1].Value, match.Groups[2].Value)));

    [Theory]
    [MemberData(nameof(Examples))]
    public void Examples_InTheDocument_Compile(string format, string text) =>
        Specs.Whole(files => format == "json" ? Specs.Json(text, files) : Specs.Yaml(text, files)).Plan!.Steps.ShouldNotBeEmpty();

    [Fact]
    public void Examples_InTheDocument_AreFound() => Examples().Count.ShouldBe(8);

    [Fact]
    public void TheExample_Compiled_IsTheWholePlan()
    {
        var plan = Specs.Plan(Block().Match(File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "jobs.md"))).Groups[2].Value);

        (plan.Name, plan.Priority, plan.MaxMicro, plan.DeadlineSeconds, plan.Pack).ShouldBe(("render", JobPriority.Normal, 25_000_000, null, false));
        var (frame, film) = (plan.Steps[0], plan.Steps[1]);
        (frame.Id, frame.Runtime, frame.Array, frame.Count, frame.FirstIndex).ShouldBe(("frame", TaskRuntime.Process, true, 400, 0));
        frame.Command.ShouldBe(["blender", "-b", "scene.blend", "-f", "${index}"]);
        frame.Inputs.ShouldHaveSingleItem().ShouldBe(new InputPlan("scene.blend", Specs.Hash, "./scene.blend".Length, null));
        frame.Outputs.ShouldBe(["frame_*.png"]);
        (frame.Needs.Cpu, frame.Needs.MemoryBytes, frame.Needs.DiskBytes, frame.Needs.Gpu).ShouldBe((2, 1L << 30, 2L << 30, 0));
        frame.Needs.Labels.ShouldBe(new Dictionary<string, string> { ["os"] = "linux" });
        (frame.Needs.Isolation, frame.Needs.Network.Count).ShouldBe((TaskIsolation.Process, 0));
        (frame.TimeoutSeconds, frame.Retries, frame.Copies, frame.After.Count).ShouldBe((600, 3, 2, 0));
        (film.Id, film.Count, film.Array, film.Copies).ShouldBe(("film", 1, false, 1));
        film.After.ShouldBe([0]);
        film.Inputs.ShouldHaveSingleItem().ShouldBe(new InputPlan("frames/", null, 0, 0));
        film.Outputs.ShouldBe(["film.mp4"]);
    }

    [Fact]
    public void Mistakes_InTheDocument_AreThoseOfTheCompiler()
    {
        var spec = """
            tasks:
              - id: a
                after: b
                command: ["true"]
                needs: { memory: 1Gib/s }
              - id: b
                after: [a]
                command: ["true"]
                comand: ls
            """;

        var told = Specs.Yaml(spec).Errors.Select(error => error.Line()).ToList();

        var document = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "jobs.md"));
        told.ShouldBe([
            "tasks[0].after, line 2: These tasks wait for each other, so that none can begin: a → b → a. Take one of them out of an after, or of an input's from.",
            "tasks[0].needs.memory, line 5: \"1Gib/s\" is no size. Write a number and a unit, such as 512MiB, 2GiB or 1.5GB.",
            "tasks[1].comand, line 9: There is no field \"comand\" here. Did you mean command?",
        ]);
        told.ShouldAllBe(line => document.Contains(line));
    }

    [GeneratedRegex("^```(yaml|json)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline, 1000)]
    private static partial Regex Block();
}
