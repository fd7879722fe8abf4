using System.Text;
using Muster.Hub.Jobs.Steering;

namespace Muster.Hub.Planning;

/// <summary>What is said of a plan in its conversation.</summary>
internal static class PlanTexts
{
    private const int LongestStep = 200;
    private const int MostFiles = 20;

    public static string Shown(PlanModel plan, string job, bool chinese)
    {
        var text = new StringBuilder(chinese ? $"计划（{plan.Subtasks.Count} 步）：" : $"The plan ({plan.Subtasks.Count} {(plan.Subtasks.Count == 1 ? "step" : "steps")}):");
        foreach (var step in plan.Subtasks)
        {
            text.Append("\n- ").Append(step.Id).Append(": ").Append(Cut(step.Description.ReplaceLineEndings(" ")));
            if (step.DependsOn.Count > 0)
            {
                text.Append(chinese ? "；在 " : "; after ").AppendJoin(chinese ? "、" : ", ", step.DependsOn).Append(chinese ? " 之后" : "");
            }

            if (step.Node is not null)
            {
                text.Append(chinese ? "；机器 " : "; on ").Append(step.Node);
            }
        }

        return text.Append(chinese ? $"\n作业 {job}。/stop 取消。" : $"\nJob {job}. /stop cancels it.").ToString();
    }

    /// <summary>That the hub's model was not asked, and why.</summary>
    /// <param name="why">A sentence.</param>
    public static string Unasked(string why, bool chinese) => chinese ? $"没有询问模型：{why}" : $"No model was asked: {why}";

    /// <summary>Of a step whose machine was lost in the middle of it.</summary>
    public static string BegunTwice(StepResult step, bool chinese) => chinese
        ? $"步骤 {step.Id} 开始了两次：{step.Lost} 在那之前已经做的事，可能又做了一遍。"
        : $"Step {step.Id} was begun twice: {step.Lost} What it had done until then may have been done again.";

    /// <summary>Who hears what was said to the agents of a plan.</summary>
    /// <param name="listeners">Null: no step has begun.</param>
    public static string Told(IReadOnlyList<SteeringListener>? listeners, bool chinese)
    {
        if (listeners is null)
        {
            return chinese ? "各步骤开始时会听到。" : "The steps hear it as they begin.";
        }

        var (works, later) = (listeners.Where(one => one is { Deaf: null, Node: not null }).ToList(), listeners.Where(one => one is { Deaf: null, Node: null }).ToList());
        var parts = new List<string>();
        if (works.Count > 0)
        {
            parts.Add((chinese ? "已告诉 " : "Told ") + string.Join(chinese ? "、" : ", ", works.Select(one => chinese ? $"{one.Step}（{one.Node}）" : $"{one.Step} (on {one.Node})")));
        }

        if (later.Count > 0)
        {
            var steps = string.Join(chinese ? "、" : ", ", later.Select(one => one.Step));
            parts.Add(chinese ? $"{steps} 开始时会听到" : $"{steps} {(later.Count == 1 ? "hears" : "hear")} it at the beginning");
        }

        if (parts.Count == 0)
        {
            parts.Add(chinese ? "现在没有步骤能听到这句话" : "No step can be told this now");
        }

        parts.AddRange(listeners.Where(one => one.Deaf is not null).Select(one => chinese ? $"{one.Step} 听不到（{one.Deaf!.TrimEnd('.')}）" : $"{one.Step} cannot hear it ({one.Deaf!.TrimEnd('.')})"));
        return string.Join(chinese ? "；" : "; ", parts) + (chinese ? "。" : ".");
    }

    /// <summary>To a message that is addressed to a step that there is not.</summary>
    public static string NoStep(string name, IReadOnlyList<string> steps, bool chinese) => chinese
        ? $"这个计划没有“{Cut(name)}”这一步，没有告诉任何一步。有：{string.Join("、", steps)}。"
        : $"The plan has no \"{Cut(name)}\", so nobody was told. Its steps: {string.Join(", ", steps)}.";

    /// <summary>Why a step's agent asks for a yes.</summary>
    public static string InStep(string step, string node, string reason, bool chinese) => chinese ? $"步骤 {step}（{node}）：{reason}" : $"Step {step} on {node}: {reason}";

    /// <summary>Why a step is paused whose agent asks for a yes.</summary>
    public static string WaitsForYes(string tool, bool chinese) => chinese
        ? $"它在等你批准 {tool}：请在“批准”页面、计划所在的对话里，或用 muster approvals 回答。"
        : $"Its agent asks for your yes to {tool}: answer on the page Approvals, in the plan's conversation, or with muster approvals.";

    public static string StepStopped(string name, bool chinese) => chinese ? $"步骤 {name} 已停止，依赖它的步骤不再执行；其他步骤继续。" : $"The step {name} is stopped, and what builds on it is not done; the others go on.";

    /// <summary>Of what was said to one step, which ended before it could hear it.</summary>
    public static string Unheard(string text, bool chinese) => chinese ? $"那一步在听到之前就结束了：“{Cut(text.ReplaceLineEndings(" "))}”。" : $"That step had ended before it could hear this: \"{Cut(text.ReplaceLineEndings(" "))}\".";

    /// <summary>That a step failed, and what is done about it.</summary>
    /// <param name="way">None: nothing.</param>
    /// <param name="why">What the planner says of it; may be empty.</param>
    public static string Again(StepResult failed, IReadOnlyList<PlanStepModel> way, string why, bool chinese)
    {
        var error = Cut(failed.Text.ReplaceLineEndings(" ").TrimEnd('.', '。'));
        var reason = Cut(why.ReplaceLineEndings(" ").TrimEnd('.', '。'));
        if (way.Count == 0)
        {
            var because = reason.Length == 0 ? "" : chinese ? $"：{reason}" : $": {reason}";
            return chinese ? $"步骤 {failed.Id} 失败：{error}。没有别的做法{because}。" : $"Step {failed.Id} failed: {error}. There is no other way{because}.";
        }

        var tried = string.Join("; ", way.Select(step => Cut(step.Description.ReplaceLineEndings(" ").TrimEnd('.', '。')) + (step.Node is null ? "" : chinese ? $"（{step.Node}）" : $" (on {step.Node})")));
        return chinese ? $"步骤 {failed.Id} 失败：{error}。换一种做法：{tried}。" : $"Step {failed.Id} failed: {error}. Trying another way: {tried}.";
    }

    /// <summary>The results as they came, those that failed first.</summary>
    public static string Joined(IReadOnlyList<StepResult> results, bool chinese)
    {
        var text = new StringBuilder();
        foreach (var result in results.OrderBy(result => result.Succeeded))
        {
            var state = (result.Succeeded, result.Verified) switch
            {
                (false, _) => chinese ? "（失败）" : " (failed)",
                (_, true) => chinese ? "（已验证）" : " (verified)",
                _ => chinese ? "（仅声明）" : " (claimed)",
            };
            text.Append(text.Length > 0 ? "\n\n" : "").Append("**").Append(result.Id).Append(state).Append("** ").Append(Cut(result.Description.ReplaceLineEndings(" "))).Append("\n\n").Append(result.Text);
        }

        return text.ToString();
    }

    /// <summary>Names of what the steps wrote; each is offered beside the answer, too. Empty where there is nothing.</summary>
    public static string Files(IReadOnlyList<StepResult> results, bool chinese)
    {
        var files = results.SelectMany(result => result.Files.Select(file => (result.Id, File: file))).ToList();
        if (files.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder(chinese ? "\n\n文件：" : "\n\nFiles:");
        foreach (var (step, file) in files.Take(MostFiles))
        {
            text.Append("\n- ").Append(file.Path).Append(chinese ? $"（{step}）" : $" ({step})");
        }

        return files.Count > MostFiles ? text.Append(chinese ? $"\n- 另有 {files.Count - MostFiles} 个，见 muster job show" : $"\n- {files.Count - MostFiles} more: muster job show").ToString() : text.ToString();
    }

    private static string Cut(string text) => text.Length <= LongestStep ? text : string.Concat(text.AsSpan(0, LongestStep - (char.IsHighSurrogate(text[LongestStep - 1]) ? 1 : 0)), "…");
}
