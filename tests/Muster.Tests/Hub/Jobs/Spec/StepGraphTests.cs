using System.Globalization;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs.Spec;

/// <summary>Who waits for whom.</summary>
public sealed class StepGraphTests
{
    [Fact]
    public void After_NamesAndInputs_AreIndexesOfSteps()
    {
        var plan = Specs.Plan("""
            tasks:
              - { id: c, command: x, after: [b, a, b], inputs: { got/: { from: a } } }
              - { id: b, command: x, after: a }
              - { id: a, command: x }
            """);

        plan.Steps.Select(step => step.After).ShouldBe([[1, 2], [2], []]);
        plan.Steps[0].Inputs.ShouldHaveSingleItem().FromStep.ShouldBe(2);
    }

    [Fact]
    public void After_ACycle_IsWrittenOutWhole()
    {
        var error = Specs.Error("""
            tasks:
              - { id: start, command: x }
              - { id: a, command: x, after: [c, start] }
              - { id: b, command: x, inputs: { a/: { from: a } } }
              - { id: c, command: x, after: b }
            """);

        (error.Field, error.Line).ShouldBe(("tasks[1].after", 3));
        error.Message.ShouldEndWith("none can begin: a → c → b → a.");
    }

    [Fact]
    public void After_Itself_IsACycle() => Specs.Error("id: a\ncommand: x\nafter: a").Message.ShouldEndWith(": a → a.");

    [Fact]
    public void After_TwoCycles_AreBothTold() =>
        Specs.Yaml("""
            tasks:
              - { id: a, command: x, after: b }
              - { id: b, command: x, after: a }
              - { id: c, command: x, after: d }
              - { id: d, command: x, after: c }
            """).Errors.Select(error => error.Field).ShouldBe(["tasks[0].after", "tasks[2].after"]);

    [Fact]
    public void After_AWrongName_OffersTheNearest()
    {
        var error = Specs.Error("tasks:\n  - { id: frame, command: x }\n  - { id: film, command: x, after: [frames] }");

        (error.Field, error.Line, error.Fix).ShouldBe(("tasks[1].after[0]", 3, "Did you mean frame?"));
    }

    [Fact]
    public void Ids_SameButForCase_AreAnError() =>
        Specs.Error("tasks:\n  - { id: Frame, command: x }\n  - { id: frame, command: x }").Field.ShouldBe("tasks[1].id");

    [Fact]
    public void Ids_LeftOut_AreNumbered() => Specs.Plan("tasks:\n  - command: x\n  - { id: y, command: x }\n  - { command: x, after: task-1 }").Steps.Select(step => step.Id).ShouldBe(["task-1", "y", "task-3"]);

    [Fact]
    public void After_AChainOfTenThousand_Compiles()
    {
        var steps = Enumerable.Range(0, 10_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"  - {{ id: s{i}, command: x{(i == 9_999 ? "" : $", after: s{i + 1}")} }}\n"));

        Specs.Plan("tasks:\n" + string.Concat(steps)).Steps[0].After.ShouldBe([1]);
    }

    [Fact]
    public void After_ACycleOfTenThousand_IsTold()
    {
        var steps = Enumerable.Range(0, 10_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"  - {{ id: s{i}, command: x, after: s{(i + 1) % 10_000} }}\n"));

        Specs.Error("tasks:\n" + string.Concat(steps)).Message.ShouldEndWith("… (10,000 in all).");
    }
}
