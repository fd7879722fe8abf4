using System.Text.Json;
using Muster.Agents.Tools;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Tools;

public sealed class JsonSchemaTests
{
    [Theory]
    [InlineData("""{"type":"integer"}""", "\"5\"", "5")]
    [InlineData("""{"type":"integer"}""", "5.0", "5")]
    [InlineData("""{"type":"integer"}""", "true", "1")]
    [InlineData("""{"type":"number"}""", "\"2.5\"", "2.5")]
    [InlineData("""{"type":"string"}""", "5", "\"5\"")]
    [InlineData("""{"type":"string"}""", "true", "\"true\"")]
    [InlineData("""{"type":"boolean"}""", "\"true\"", "true")]
    [InlineData("""{"type":"boolean"}""", "0", "false")]
    [InlineData("""{"type":["string","null"]}""", "null", "null")]
    [InlineData("""{"type":["integer","string"]}""", "\"5\"", "\"5\"")]
    [InlineData("""{"type":["integer","null"]}""", "\"\"", "null")]
    [InlineData("""{"anyOf":[{"type":"integer"},{"type":"string"}]}""", "\"5\"", "\"5\"")]
    [InlineData("""{"anyOf":[{"type":"integer"},{"type":"null"}]}""", "\"5\"", "5")]
    [InlineData("""{"type":"array","items":{"type":"integer"}}""", "[\"1\",2]", "[1,2]")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer","default":3}}}""", "{}", """{"a":3}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer","default":3}}}""", """{"a":null}""", """{"a":3}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"object","properties":{"b":{"type":"boolean"}}}}}""",
        """{"a":{"b":"true"},"c":1}""", """{"a":{"b":true},"c":1}""")]
    [InlineData("""{"type":"string","pattern":"("}""", "\"x\"", "\"x\"")]
    [InlineData("""{"format":"uri","x-more":1}""", "{}", "{}")]
    public void Check_WhatWasPlainlyMeant_IsCoerced(string schema, string value, string expected)
    {
        var result = Check(schema, value);

        result.Problems.ShouldBeEmpty();
        result.Value.GetRawText().ShouldBe(expected);
    }

    [Theory]
    [InlineData("""{"type":"integer"}""", "\"five\"", "must be integer, got \"five\"")]
    [InlineData("""{"type":"integer"}""", "2.5", "must be integer, got 2.5")]
    [InlineData("""{"type":"array"}""", "\"one\"", "must be array, got \"one\"")]
    [InlineData("""{"type":"object"}""", "\"{bad\"", "must be object")]
    [InlineData("""{"enum":["a","b"]}""", "\"c\"", "must be one of \"a\", \"b\"")]
    [InlineData("""{"const":1}""", "2", "must be 1, got 2")]
    [InlineData("""{"type":"integer","minimum":1,"maximum":9}""", "\"10\"", "must be at most 9, got 10")]
    [InlineData("""{"type":"string","minLength":1}""", "\"\"", "must not be empty")]
    [InlineData("""{"type":"string","maxLength":1}""", "\"ab\"", "at most 1 characters, got 2")]
    [InlineData("""{"type":"string","pattern":"^[a-z]+$"}""", "\"A1\"", "must match ^[a-z]+$")]
    [InlineData("""{"type":"array","minItems":1}""", "[]", "at least 1 items, got 0")]
    [InlineData("""{"oneOf":[{"type":"integer"},{"minimum":0}]}""", "5", "fits more than one")]
    public void Check_WhatIsWrong_IsSaid(string schema, string value, string message) =>
        Check(schema, value).Problems.ShouldHaveSingleItem().Message.ShouldContain(message);

    [Fact]
    public void Describe_ManyProblems_ListsEachWithItsPathAndWhatCame()
    {
        var received = JsonElement.Parse("""{"edits":[{"line":"x"}],"pth":"a","mode":"fast"}""");
        var schema = JsonElement.Parse(
            """
            {"type":"object","required":["path"],"additionalProperties":false,"properties":{
              "path":{"type":"string"},"mode":{"enum":["slow"]},
              "edits":{"type":"array","items":{"type":"object","required":["text"],"properties":{"line":{"type":"integer"},"text":{"type":"string"}}}}}}
            """);

        var text = JsonSchema.Describe("file_edit", JsonSchema.Check(schema, received).Problems, received);

        text.Split('\n').ShouldBe(
        [
            "The arguments of \"file_edit\" are not valid:",
            "  - mode: must be one of \"slow\", got \"fast\"",
            "  - edits[0].line: must be integer, got \"x\"",
            "  - edits[0].text: is required",
            "  - path: is required",
            "  - pth: is not a known property; did you mean \"path\"?",
            "Received arguments:",
            received.GetRawText(),
        ]);
    }

    [Fact]
    public void Check_TheReceivedArguments_StayAsTheyWere()
    {
        var received = JsonElement.Parse("""{"n":"5"}""");

        JsonSchema.Check(JsonElement.Parse("""{"type":"object","properties":{"n":{"type":"integer"}}}"""), received);

        received.GetRawText().ShouldBe("""{"n":"5"}""");
    }

    [Fact]
    public void Check_NullForRequired_IsAProblem() =>
        Check("""{"type":"object","required":["a"],"properties":{"a":{"type":"string"}}}""", """{"a":null}""")
            .Problems.ShouldHaveSingleItem().ShouldBe(new JsonSchemaProblem("a", "must be string, got null"));

    private static JsonSchemaResult Check(string schema, string value) => JsonSchema.Check(JsonElement.Parse(schema), JsonElement.Parse(value));
}
