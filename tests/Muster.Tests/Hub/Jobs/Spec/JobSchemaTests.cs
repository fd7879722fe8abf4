using System.Globalization;
using System.Text.Json.Nodes;
using Muster.Hub.Jobs.Spec;
using Muster.Hub.Jobs.Spec.Values;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs.Spec;

/// <summary>The published schema and the compiler know the same fields, words and ranges.</summary>
public sealed class JobSchemaTests
{
    private static readonly JsonObject _kinds = JsonNode.Parse(JobSchema.Document.Span)!["$defs"]!.AsObject();

    public static TheoryData<string> Kinds() => ["job", "task", "single", "needs", "verify", "on_lost", "source"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Schema_Fields_AreThoseOfTheCompiler(string kind)
    {
        var names = kind switch
        {
            "job" => FieldNames.Job.All,
            "task" => FieldNames.Task.All,
            "single" => FieldNames.Short.All.Where(name => name != "tasks"),
            "needs" => FieldNames.Needs.All,
            "verify" => FieldNames.Verify.All,
            "on_lost" => FieldNames.OnLost.All,
            _ => FieldNames.Source.All,
        };

        Properties(kind).Select(field => field.Key).ShouldBe(names, ignoreOrder: true);
        _kinds[kind]!["additionalProperties"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact]
    public void Schema_References_Exist() =>
        References(JsonNode.Parse(JobSchema.Document.Span)!).Select(reference => reference["#/$defs/".Length..]).ShouldAllBe(name => _kinds.ContainsKey(name));

    [Fact]
    public void Schema_Words_AreThoseOfTheCompiler()
    {
        foreach (var (kind, name, field) in Fields().Where(field => field.Field.ContainsKey("enum")))
        {
            foreach (var word in field["enum"]!.AsArray())
            {
                Complains(kind, name, word!.ToString()).ShouldBeFalse($"{name}: {word}");
            }

            Complains(kind, name, "surely-not").ShouldBeTrue(name);
        }
    }

    [Fact]
    public void Schema_Ranges_AreThoseOfTheCompiler()
    {
        var checkedFields = 0;
        foreach (var (kind, name, field) in Fields().Where(field => field.Field["type"]?.ToString() is "integer" or "number"))
        {
            var (least, most) = (field["minimum"]!.GetValue<decimal>(), field["maximum"]!.GetValue<decimal>());
            var step = field["type"]!.ToString() == "integer" ? 1 : 0.001m;
            (Complains(kind, name, Text(least)), Complains(kind, name, Text(most))).ShouldBe((false, false), name);
            (Complains(kind, name, Text(least - step)), Complains(kind, name, Text(most + step))).ShouldBe((true, true), name);
            checkedFields++;
        }

        checkedFields.ShouldBeGreaterThan(6);
    }

    /// <summary>Whether the value itself is refused, not its being there.</summary>
    private static bool Complains(string kind, string name, string value)
    {
        var field = kind switch { "task" => $"{name}: {value}", "job" => $"{name}: {value}", _ => $"{kind}: {{{name}: {value}}}" };
        var run = name is "pull" ? "image: alpine" : name == "isolation" && value == "container" ? "image: alpine" : "command: x";
        run = field is "runtime: container" ? "image: x" : field is "runtime: function" ? "function: x" : field is "runtime: agent" ? "objective: x" : run;
        return Specs.Yaml($"{run}\n{(kind == "on_lost" ? "at_most_once: true\n" : "")}{field}\n").Errors
            .Any(error => error.Field.EndsWith(name, StringComparison.Ordinal) && !error.Message.Contains("means nothing", StringComparison.Ordinal));
    }

    private static IEnumerable<(string Kind, string Name, JsonObject Field)> Fields() =>
        new[] { "job", "task", "needs", "verify", "on_lost" }.SelectMany(kind => Properties(kind).Select(field => (kind, field.Key, field.Value!.AsObject())));

    private static JsonObject Properties(string kind) => _kinds[kind]!["properties"]!.AsObject();

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<string> References(JsonNode node) => node switch
    {
        JsonObject map => map.Where(member => member.Value is not null).SelectMany(member => member.Key == "$ref" ? [member.Value!.ToString()] : References(member.Value!)),
        JsonArray list => list.SelectMany(item => References(item!)),
        _ => [],
    };
}
