using System.Text;
using Muster.Hub.Jobs.Spec;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs.Spec;

/// <summary>What functions are called with stays the JSON that was written.</summary>
public sealed class PayloadTests
{
    [Fact]
    public void Payloads_WithoutAnArray_AreTheTasks()
    {
        var compiled = Specs.Json("""{"function": "f", "payloads": [{"n": 1}, "two" , [3, 3.0], null, -4e2]}""");

        (compiled.Plan!.Steps[0].Count, compiled.Plan.Steps[0].Array).ShouldBe((5, true));
        Texts(compiled).ShouldBe(["{\"n\": 1}", "\"two\"", "[3, 3.0]", "null", "-4e2"]);
    }

    [Fact]
    public void Payloads_OfSomeSteps_AreInTheOrderOfTheTasks()
    {
        var compiled = Specs.Yaml("""
            tasks:
              - { command: x, array: 2 }
              - { function: f, payloads: [{a: b}, true] }
              - { function: f, array: 5..6, payload: 7 }
            """);

        Texts(compiled).ShouldBe(["", "", "{\"a\":\"b\"}", "true", "7", "7"]);
    }

    [Fact]
    public void Payloads_OfNoStep_AreNull() => Specs.Yaml("function: f").Payloads.ShouldBeNull();

    [Theory]
    [InlineData("+007", "7")]
    [InlineData("-0012.50e+3", "-12.50e+3")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData("000", "0")]
    [InlineData("0x1f", "\"0x1f\"")]
    [InlineData("~", "null")]
    [InlineData("True", "true")]
    [InlineData("no", "\"no\"")]
    [InlineData("'12'", "\"12\"")]
    [InlineData("2026-07-30", "\"2026-07-30\"")]
    [InlineData("\"ü\\n\\u0001\"", "\"ü\\n\\u0001\"")]
    [InlineData("\n  a: [1, {b: ~}]\n  c: |\n    d\n", "{\"a\":[1,{\"b\":null}],\"c\":\"d\\n\"}")]
    public void Payload_InYaml_BecomesItsJson(string yaml, string json) => Texts(Specs.Yaml($"function: f\npayload: {yaml}\n")).ShouldBe([json]);

    [Fact]
    public void Payload_NamesOfFields_AreOnlyPayloadsInATask()
    {
        var plan = Specs.Json("""{"command": ["x"], "env": {"payload": "a", "payloads": "b"}, "needs": {"labels": {"payload": "c"}}}""").Plan!;

        plan.Steps[0].Environment["payload"].ShouldBe("a");
        plan.Steps[0].Needs.Labels["payload"].ShouldBe("c");
    }

    [Theory]
    [InlineData("function: f\npayload: 1\npayloads: [1]", "payloads")]
    [InlineData("function: f\narray: 3\npayloads: [1, 2]", "array")]
    [InlineData("function: f\npayloads: []", "payloads")]
    [InlineData("function: f\npayloads: {a: 1}", "payloads")]
    public void Payloads_Contradicting_AreAnError(string spec, string field) => Specs.Error(spec).Field.ShouldBe(field);

    [Fact]
    public void Payloads_AThousandInJson_CostLittleMemory()
    {
        var text = Thousand();
        SpecCompiler.Compile(text, SpecFormat.Json, new Dictionary<string, SpecFile>()).Payloads!.Count.ShouldBe(1_000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        SpecCompiler.Compile(text, SpecFormat.Json, new Dictionary<string, SpecFile>());

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(80_000);
    }

    internal static byte[] Thousand()
    {
        var items = Enumerable.Range(0, 1_000).Select(i => $"{{\"id\":{i},\"text\":\"{new string('x', 80)}\"}}".PadRight(100));
        return Encoding.UTF8.GetBytes($"{{\"name\":\"bench\",\"tasks\":[{{\"id\":\"t\",\"runtime\":\"function\",\"function\":\"noop\",\"payloads\":[{string.Join(',', items)}]}}]}}");
    }

    private static IEnumerable<string> Texts(CompiledSpec compiled)
    {
        compiled.Errors.ShouldBeEmpty();
        return compiled.Payloads!.Select(payload => Encoding.UTF8.GetString(payload.Span));
    }
}
