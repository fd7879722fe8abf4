using System.Text.Json.Serialization;

namespace Muster.Hub.Planning;

/// <summary>What became of a plan of which steps had failed: the steps that take their place, and those that had waited for them, as a second job.</summary>
/// <param name="Job">Null: there was no other way for any of them.</param>
/// <param name="Ways">Of each step that failed: the steps in its place; none: there was no other way.</param>
internal sealed record PlanAgain(string? Job, IReadOnlyList<MendedStep> Steps, IReadOnlyDictionary<string, IReadOnlyList<string>> Ways)
{
    /// <summary>One result for each step of the plan as it was shown.</summary>
    public IReadOnlyList<StepResult> Combine(IReadOnlyList<StepResult> first, IReadOnlyList<StepResult> second, bool chinese)
    {
        var again = second.ToDictionary(result => result.Id, StringComparer.Ordinal);
        return
        [
            .. first.Select(result => result.Succeeded ? result
                : Ways.GetValueOrDefault(result.Id) is { Count: > 0 } ways ? InPlace(result, [.. ways.Select(way => again[way])], chinese)
                : again.GetValueOrDefault(result.Id) ?? result),
        ];
    }

    private static StepResult InPlace(StepResult failed, IReadOnlyList<StepResult> ways, bool chinese)
    {
        if (ways.All(way => way.Succeeded))
        {
            return ways[^1] with
            {
                Id = failed.Id, Description = failed.Description, Text = string.Join("\n\n", ways.Select(way => way.Text)), Verified = ways.All(way => way.Verified),
                Files = [.. ways.SelectMany(way => way.Files)],
            };
        }

        var wrong = ways.First(way => !way.Succeeded);
        return failed with { Text = chinese ? $"{failed.Text}\n换了一种做法，也失败了：{wrong.Text}" : $"{failed.Text}\nAnother way failed, too: {wrong.Text}" };
    }
}

/// <summary>A step of the second job.</summary>
/// <param name="Handed">What steps of the first one said that it depends on; may be empty.</param>
/// <param name="Files">What those gave.</param>
internal sealed record MendedStep(
    string Id, string Description, IReadOnlyList<string> Skills, IReadOnlyList<string> DependsOn, string? Node, string Handed, IReadOnlyList<StepFile> Files);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PlanAgain))]
internal sealed partial class PlanAgainJson : JsonSerializerContext;
