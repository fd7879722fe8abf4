using System.Text;
using Muster.Hub.Jobs.Spec;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs.Spec;

/// <summary>Texts that are made to break a reader.</summary>
public sealed class HostileTextTests
{
    [Theory]
    [InlineData("a: &a [x, x]\nb: &b [*a, *a]\n", 1, "Anchors")]
    [InlineData("command: x\nenv: {A: *b}\n", 2, "Anchors")]
    [InlineData("command: x\nenv:\n  <<: *b\n", 3, "Anchors")]
    [InlineData("command: x\nname: !!python/object:os.system ls\n", 2, "Tags")]
    [InlineData("command: x\nname: !local y\n", 2, "Tags")]
    [InlineData("!!map {command: x}\n", 1, "Tags")]
    [InlineData("command: x\n&a name: y\n", 2, "Anchors")]
    [InlineData("command: x\nname: y\nname: z\n", 3, "is there twice")]
    [InlineData("command: x\n---\ncommand: y\n", 2, "second YAML document")]
    [InlineData("command: x\nname: [a\n", 3, "not YAML")]
    [InlineData("command: x\n\tname: a\n", 2, "not YAML")]
    [InlineData("command: x\n  name: a\n", 2, "not YAML")]
    [InlineData("command: \"x\n", 2, "not YAML")]
    [InlineData("command: x\n? [a, b]\n: c\n", 2, "name of a field must be a text")]
    [InlineData("- a\n- b\n", 1, "is a map of fields, and this is a list")]
    [InlineData("just words\n", 1, "and this is a text")]
    [InlineData("", 1, "is empty")]
    [InlineData(" \n \n", 1, "is empty")]
    [InlineData("# only this\n", 1, "and this is nothing")]
    [InlineData("function: f\npayload: &a 1\n", 2, "Anchors")]
    [InlineData("function: f\npayloads: [!!str 1]\n", 2, "Tags")]
    [InlineData("function: f\npayloads:\n  - {a: 1, a: 2}\n", 3, "is there twice")]
    [InlineData("function: f\npayloads:\n  - .inf\n", 3, "no value of JSON")]
    public void Yaml_Hostile_IsRefusedWithItsLine(string text, int line, string message)
    {
        var error = Specs.Yaml(text).Errors.ShouldHaveSingleItem();

        error.Message.ShouldContain(message);
        error.Line.ShouldNotBeNull().ShouldBeInRange(line - 1, line);
    }

    [Theory]
    [InlineData("{\"command\": [\"x\"]\n", 2, "not JSON")]
    [InlineData("{\"command\": [\"x\"],\n}", 2, "not JSON")]
    [InlineData("{\"command\": [\"x\"]} {}", 1, "not JSON")]
    [InlineData("{\n\"command\": [\"x\"],\n\"command\": [\"y\"]}", 3, "is there twice")]
    [InlineData("{\"name\":\n \"\\ud800\", \"command\": [\"x\"]}", 2, "half of a character")]
    [InlineData("{\"command\": NaN}", 1, "not JSON")]
    [InlineData("[1]", 1, "is a map of fields, and this is a list")]
    [InlineData("null", 1, "and this is nothing")]
    [InlineData("{\"command\": [\"x\"], // no\n\"name\": \"y\"}", 1, "not JSON")]
    public void Json_Hostile_IsRefusedWithItsLine(string text, int line, string message)
    {
        var error = Specs.Json(text).Errors.ShouldHaveSingleItem();

        error.Message.ShouldContain(message);
        error.Line.ShouldBe(line);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("[{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("a: &a\n")]
    [InlineData("\"\\x")]
    [InlineData("'")]
    [InlineData("x\n\n")]
    [InlineData("#\n")]
    [InlineData("&a ")]
    [InlineData("!a ")]
    [InlineData("*a, ")]
    [InlineData("{[")]
    [InlineData("a: |\n ")]
    [InlineData("[a]: ")]
    [InlineData("-")]
    [InlineData("- - a\n")]
    [InlineData("a: b: ")]
    public void Yaml_SixteenMegabytesOfOnePiece_EndsSoon(string piece)
    {
        var text = new byte[SpecLimits.TextBytes];
        var bytes = Encoding.UTF8.GetBytes(piece);
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = bytes[i % bytes.Length];
        }

        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        SpecCompiler.Compile(text, SpecFormat.Yaml, new Dictionary<string, SpecFile>()).Errors.ShouldNotBeEmpty();
        clock.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData(SpecFormat.Json, "[", "]")]
    [InlineData(SpecFormat.Json, "{\"a\":", "}")]
    [InlineData(SpecFormat.Yaml, "[", "]")]
    [InlineData(SpecFormat.Yaml, "{a: ", "}")]
    internal void Text_NestedDeep_IsRefused(SpecFormat format, string open, string close)
    {
        foreach (var field in new[] { "env", "payload" })
        {
            var text = $"{{\"function\": \"f\", \"{field}\": {new StringBuilder().Insert(0, open, 10_000)}1{new StringBuilder().Insert(0, close, 10_000)}}}";

            var error = SpecCompiler.Compile(Encoding.UTF8.GetBytes(text), format, new Dictionary<string, SpecFile>()).Errors.ShouldHaveSingleItem();

            (error.Message.Contains("nested") || error.Message.Contains("depth")).ShouldBeTrue(error.Message);
        }
    }

    [Theory]
    [InlineData(SpecFormat.Json)]
    [InlineData(SpecFormat.Yaml)]
    internal void Text_NotUtf8_IsRefusedWithItsLine(SpecFormat format)
    {
        byte[] text = [.. "{\"command\": [\"x\"],\n\"name\": \"caf"u8, 0xe9, .. "\"}"u8];

        var error = SpecCompiler.Compile(text, format, new Dictionary<string, SpecFile>()).Errors.ShouldHaveSingleItem();

        (error.Line, error.Message).ShouldBe((2, "The spec is not UTF-8 here."));
    }

    [Theory]
    [InlineData(SpecFormat.Json)]
    [InlineData(SpecFormat.Yaml)]
    internal void Text_WithAByteOrderMark_IsRead(SpecFormat format)
    {
        byte[] text = [0xef, 0xbb, 0xbf, .. "{\"command\": [\"x\"],\n\"nam\": \"y\"}"u8];

        SpecCompiler.Compile(text, format, new Dictionary<string, SpecFile>()).Errors.ShouldHaveSingleItem().Line.ShouldBe(2);
    }

    /// <summary>Whatever a text is, there is an answer to it and no exception.</summary>
    [Fact]
    public void Text_Mangled_AlwaysHasAnAnswer()
    {
        var chance = new Random(20260730);
        var pieces = "{ } [ ] : , - ? & * ! | > ' \" % @ ` # \\ ~ \n \t --- ... 0 1..2 .nan null tasks command id ${ ${index} \\ud800 \\0 <<".Split(' ');
        for (var round = 0; round < 4_000; round++)
        {
            var text = new StringBuilder("tasks:\n  - id: a\n    command: [x, \"y\"]\n    payload: {a: [1, b]}\n    inputs: {a/: {from: a}}\n    needs: {memory: 1GiB}\n");
            for (var change = chance.Next(1, 6); change > 0; change--)
            {
                var at = chance.Next(text.Length);
                text.Remove(at, Math.Min(chance.Next(4), text.Length - at)).Insert(at, pieces[chance.Next(pieces.Length)]);
            }

            var yaml = Specs.Yaml(text.ToString());
            (yaml.Plan is not null || yaml.Errors.Count > 0 || yaml.MissingFiles.Count > 0).ShouldBeTrue(text.ToString());
            Specs.Json(text.ToString()).Errors.ShouldNotBeEmpty();
        }
    }
}
