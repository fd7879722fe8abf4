using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Spec;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs.Spec;

/// <summary>Local files: first what is missing, then where they are.</summary>
public sealed class SpecFileTests
{
    private const string Two = "tasks:\n  - { command: x, inputs: [./a, b/c] }\n  - { command: x, inputs: { z: ./a, y: d } }";

    [Fact]
    public void Compile_WithoutFiles_ListsThemInTheirOrder()
    {
        var compiled = Specs.Yaml(Two);

        compiled.Plan.ShouldBeNull();
        compiled.MissingFiles.ShouldBe(["./a", "b/c", "d"]);
    }

    [Fact]
    public void Compile_WithSomeFiles_ListsTheOthers() =>
        Specs.Yaml(Two, new Dictionary<string, SpecFile> { ["./a"] = new(Specs.Hash, 1), ["./d"] = new(Specs.Hash, 1) }).MissingFiles.ShouldBe(["b/c", "d"]);

    [Fact]
    public void Compile_WithFiles_PutsThemWhereTheyBelong()
    {
        var plan = Specs.Plan(Two);

        plan.Steps[0].Inputs.ShouldBe([new InputPlan("a", Specs.Hash, 3, null), new InputPlan("b/c", Specs.Hash, 3, null)]);
        plan.Steps[1].Inputs.ShouldBe([new InputPlan("z", Specs.Hash, 3, null), new InputPlan("y", Specs.Hash, 1, null)]);
    }

    [Fact]
    public void Compile_ErrorsAndMissingFiles_TellsBoth()
    {
        var compiled = Specs.Yaml("command: x\nretries: -1\ninputs: [./a]");

        compiled.MissingFiles.ShouldBe(["./a"]);
        compiled.Errors.ShouldHaveSingleItem();
    }

    [Fact]
    public void Input_WithAnIndexInItsPath_IsAFileForEachTask()
    {
        const string Spec = "command: x\narray: 8..10\ninputs: {'in-${index}.csv': './parts/${index}-of-${array.count}.csv', same: ./same}";

        Specs.Yaml(Spec).MissingFiles.ShouldBe(["./parts/8-of-3.csv", "./parts/9-of-3.csv", "./parts/10-of-3.csv", "./same"]);
        var inputs = Specs.Step(Spec).Inputs;
        inputs[0].Path.ShouldBe("in-${index}.csv");
        inputs[0].Each!.Select(file => file.Size).ShouldBe([18, 18, 19]);
        (inputs[0].Sha256, inputs[1].Each).ShouldBe((null, null));
    }

    [Theory]
    [InlineData("hosts: 2", 2)]
    [InlineData("array: 0..0", 1)]
    public void Input_WithAnIndexInItsPath_IsAFileForEachOfTheHostsToo(string shape, int count) =>
        Specs.Step($"command: x\n{shape}\ninputs: {{a: './${{index}}'}}").Inputs.ShouldHaveSingleItem().Each!.Count.ShouldBe(count);

    [Fact]
    public void Input_WithAnIndexAndOneTask_IsTheFirst() => Specs.Yaml("command: x\ninputs: {a: './${index}-of-${array.count}'}").MissingFiles.ShouldBe(["./0-of-1"]);

    [Fact]
    public void Input_ByHash_NeedsNoFile()
    {
        var input = Specs.Step($"command: x\ninputs: {{a: 'sha256:{Specs.Hash.ToUpperInvariant()}'}}").Inputs.ShouldHaveSingleItem();

        input.ShouldBe(new InputPlan("a", Specs.Hash, 0, null));
    }

    [Theory]
    [InlineData("12", 1)]
    [InlineData("zz86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", 1)]
    [InlineData(Specs.Hash, -1)]
    public void Files_WhatIsNoFile_IsAnError(string hash, long size) =>
        Specs.Yaml("command: x\ninputs: [./a]", new Dictionary<string, SpecFile> { ["./a"] = new(hash, size) }).Errors.ShouldHaveSingleItem().Field.ShouldBe("files[\"./a\"]");
}
