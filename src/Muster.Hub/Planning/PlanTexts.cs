using System.Text;
using Muster.Hub.Jobs.Views;

namespace Muster.Hub.Planning;

/// <summary>What is said of a plan in its conversation.</summary>
internal static class PlanTexts
{
    private const int LongestStep = 200;

    public static string Shown(PlanModel plan, string job, bool chinese)
    {
        var text = new StringBuilder(chinese ? $"计划（{plan.Subtasks.Count} 步）：" : $"The plan ({plan.Subtasks.Count} {(plan.Subtasks.Count == 1 ? "step" : "steps")}):");
        foreach (var step in plan.Subtasks)
        {
            text.Append("\n- ").Append(step.Id).Append(": ").Append(Cut(step.Description.ReplaceLineEndings(" ")));
            if (step.DependsOn.Count > 0)
            {
                text.Append(chinese ? "；在 " : "; after ").AppendJoin(", ", step.DependsOn).Append(chinese ? " 之后" : "");
            }

            if (step.Node is not null)
            {
                text.Append(chinese ? "；机器 " : "; on ").Append(step.Node);
            }
        }

        return text.Append(chinese ? $"\n作业 {job}。/stop 取消。" : $"\nJob {job}. /stop cancels it.").ToString();
    }

    /// <summary>The results as they came, those that failed first.</summary>
    public static string Joined(PlanModel plan, IReadOnlyList<StepResult> results, bool chinese)
    {
        var text = new StringBuilder();
        foreach (var result in results.OrderBy(result => result.Succeeded))
        {
            var step = plan.Subtasks[result.Index];
            var state = (result.Succeeded, result.Verified) switch
            {
                (false, _) => chinese ? "（失败）" : " (failed)",
                (_, true) => chinese ? "（已验证）" : " (verified)",
                _ => chinese ? "（仅声明）" : " (claimed)",
            };
            text.Append(text.Length > 0 ? "\n\n" : "").Append("**").Append(step.Id).Append(state).Append("** ").Append(Cut(step.Description.ReplaceLineEndings(" "))).Append("\n\n").Append(result.Text);
        }

        return text.ToString();
    }

    private static string Cut(string text) => text.Length <= LongestStep ? text : string.Concat(text.AsSpan(0, LongestStep - (char.IsHighSurrogate(text[LongestStep - 1]) ? 1 : 0)), "…");
}

/// <summary>What came of one step.</summary>
/// <param name="Verified">Its machine recorded that what was done worked.</param>
internal sealed record StepResult(int Index, bool Succeeded, string Text, bool Verified = false)
{
    /// <summary>Of all steps: one that never began has a result, too.</summary>
    public static IReadOnlyList<StepResult> Of(PlanModel plan, IReadOnlyList<ResultModel> results, bool chinese)
    {
        var known = results.ToDictionary(result => result.Task);
        return
        [
            .. plan.Subtasks.Select((_, index) => known.GetValueOrDefault(index) is not { } result
                ? new StepResult(index, false, chinese ? "没有执行。" : "It was not begun.")
                : new StepResult(index, result.State == "succeeded", Said(result), Evidence.IsVerified(result.Result))),
        ];
    }

    private static string Said(ResultModel result) =>
        result.Result is { ValueKind: System.Text.Json.JsonValueKind.Object } json && json.TryGetProperty("output", out var output) && output.GetString() is { Length: > 0 } text
            ? text
            : result.Reason ?? result.State;
}
