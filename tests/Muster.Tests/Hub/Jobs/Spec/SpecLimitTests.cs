using System.Globalization;
using System.Text;
using Muster.Hub.Jobs.Spec;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs.Spec;

/// <summary>What is too much is refused with a sentence, and quickly.</summary>
public sealed class SpecLimitTests
{
    [Fact]
    public void Array_OneTooMany_SaysHowMany()
    {
        var error = Specs.Error("command: x\narray: 0..1000000");

        (error.Field, error.Line).ShouldBe(("array", 2));
        error.Message.ShouldBe("The array has 1,000,001 tasks, and 1,000,000 are the most.");
    }

    [Fact]
    public void Payloads_OneTooMany_SaysHowMany()
    {
        var spec = "{\"function\":\"f\",\n\"payloads\":[" + new StringBuilder().Insert(0, "1,", 1_000_000) + "1]}";

        var error = Specs.Json(spec).Errors.ShouldHaveSingleItem();

        (error.Field, error.Line).ShouldBe(("payloads", 2));
        error.Message.ShouldStartWith("There are 1,000,001 payloads");
    }

    [Fact]
    public void Tasks_OneTooManyInAll_SaysHowMany()
    {
        var error = Specs.Error("tasks:\n  - { command: x, array: 999999 }\n  - { command: x, hosts: 2 }");

        (error.Field, error.Message).ShouldBe(("tasks", "The job has 1,000,001 tasks, and 1,000,000 are the most."));
    }

    [Fact]
    public void Steps_OneTooMany_SaysHowMany() =>
        Specs.Error("tasks:\n" + new StringBuilder().Insert(0, "  - command: x\n", 10_001)).Message.ShouldBe("There are 10,001 tasks, and 10,000 are the most.");

    [Theory]
    [InlineData(SpecFormat.Json)]
    [InlineData(SpecFormat.Yaml)]
    internal void Text_OfAHundredMegabytes_IsRefusedAtOnce(SpecFormat format)
    {
        var text = new byte[100 << 20];
        text.AsSpan().Fill((byte)'[');

        Timed(() => SpecCompiler.Compile(text, format, new Dictionary<string, SpecFile>())).Errors.ShouldHaveSingleItem().Message.ShouldBe("The spec is longer than 16 MiB.");
    }

    [Fact]
    public void Values_Millions_AreRefused()
    {
        var text = "{\"command\":[" + new StringBuilder().Insert(0, "1,", 3_000_000) + "1]}";

        Specs.Json(text).Errors.ShouldHaveSingleItem().Message.ShouldContain("500,000 values");
    }

    [Theory]
    [InlineData("objective", 65_537)]
    [InlineData("image", 256)]
    [InlineData("function", 201)]
    [InlineData("name", 201)]
    [InlineData("command", 131_072)]
    [InlineData("id", 65)]
    [InlineData("outputs", 1_025)]
    public void Text_TooLong_IsAnErrorAtItsField(string field, int length) =>
        Specs.Yaml($"{(field is "objective" or "image" or "function" or "command" ? "retries: 0" : "command: x")}\n{field}: \"{new string('x', length)}\"\n").Errors
            .ShouldHaveSingleItem().Field.ShouldBe(field);

    [Theory]
    [InlineData("command", 4_096)]
    [InlineData("inputs", 1_000)]
    [InlineData("outputs", 256)]
    public void List_OneTooMany_IsAnErrorAtItsField(string field, int most)
    {
        var items = Enumerable.Range(0, most).Select(i => string.Create(CultureInfo.InvariantCulture, $"a{i}"));
        var start = field == "command" ? "" : "command: x\n";

        Specs.Yaml($"{start}{field}: [{string.Join(", ", items)}]").Errors.ShouldBeEmpty();
        Specs.Error($"{start}{field}: [{string.Join(", ", items)}, more]").Field.ShouldBe(field);
    }

    [Fact]
    public void Maps_OneTooMany_AreErrorsAtTheirField()
    {
        Specs.Error($"command: x\nenv: {{{Many("A", 513)}}}").Field.ShouldBe("env");
        Specs.Error($"command: x\nneeds: {{labels: {{{Many("a", 65)}}}}}").Field.ShouldBe("needs.labels");
        Specs.Error($"command: x\ninputs: {{{Many("a", 1_001)}}}").Field.ShouldBe("inputs");
        Specs.Error($"command: x\nneeds: {{network: [{string.Join(", ", Enumerable.Repeat("a.org", 101))}]}}").Field.ShouldBe("needs.network");
        Specs.Error($"objective: x\nskills: [{string.Join(", ", Enumerable.Repeat("web", 51))}]").Field.ShouldBe("skills");
    }

    [Fact]
    public void Command_AllWordsTogether_AreBounded() =>
        Specs.Error($"command: [{string.Join(", ", Enumerable.Repeat(new string('x', 100_000), 11))}]").Message.ShouldContain("1 MiB");

    [Fact]
    public void Environment_AllTogether_IsBounded() =>
        Specs.Error($"command: x\nenv: {{{string.Join(", ", Enumerable.Range(0, 3).Select(i => $"A{i}: {new string('x', 100_000)}"))}}}").Message.ShouldContain("256 KiB");

    [Fact]
    public void Payload_OneByteTooLong_IsAnErrorAtItsItemAndLine()
    {
        string Spec(int length) => $"{{\"function\": \"f\",\n\"payloads\": [\n1,\n\"{new string('x', length)}\"]}}";

        Specs.Json(Spec(65_534)).Errors.ShouldBeEmpty();
        var error = Specs.Json(Spec(65_535)).Errors.ShouldHaveSingleItem();
        (error.Field, error.Line).ShouldBe(("payloads[1]", 4));
    }

    [Fact]
    public void Payloads_OfAllTasksTogether_AreBounded()
    {
        var spec = $"{{\"function\": \"f\", \"array\": 1025, \"payload\": \"{new string('x', 65_534)}\"}}";

        Specs.Json(spec).Errors.ShouldHaveSingleItem().Message.ShouldContain("64 MiB");
        Specs.Json(spec.Replace("1025", "1024", StringComparison.Ordinal)).Errors.ShouldBeEmpty();
    }

    [Fact]
    public void Files_OneForEachOfAMillionTasks_AreRefused() =>
        Timed(() => Specs.Yaml("command: x\narray: 1000000\ninputs: {a: './${index}'}")).Errors.ShouldHaveSingleItem().Message.ShouldContain("100,000 local files");

    private static string Many(string name, int count) => string.Join(", ", Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{name}{i}: x")));

    private static CompiledSpec Timed(Func<CompiledSpec> compile)
    {
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        var compiled = compile();
        clock.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(30));
        return compiled;
    }
}
