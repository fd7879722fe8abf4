using System.Globalization;
using Muster.Hub.Chat.Notices;
using Muster.Hub.Ledger;

namespace Muster.Hub.Spending;

/// <summary>What people are told about spending.</summary>
internal sealed class SpendingTexts(bool chinese)
{
    /// <summary>Of work that waits: what was spent of what, what this needs, and how to go on.</summary>
    public NoticeText Notice(SpendingShortage shortage, SpendingAsk ask)
    {
        var fields = new Dictionary<string, string>();
        if (ask.By.Task is { } task)
        {
            (fields["job_id"], fields["task_id"]) = (task.Job, task.Id);
        }
        else
        {
            fields["run_id"] = ask.By.Id;
        }

        if (shortage is { Scope: { } scope, State: { } state } && (scope == ask.By.Scopes.Conversation || scope == ask.By.Task?.Id))
        {
            (fields["scope"], fields["more"]) = (scope, More(state, ask.Micro).ToString());
        }

        return new NoticeText("budget", $"{What(shortage, ask)} {HowOn(shortage, ask)}", "warning") { Fields = fields };
    }

    public static SpendingTexts For(bool chinese) => new(chinese);

    /// <summary>Of a schedule that was due and has nothing left.</summary>
    public string Paused(string schedule, string what, long max, SpendingState state) => chinese
        ? $"计划已暂停，因为它已用完 {Cpt(max)} CPT 的上限：{what}\nmuster schedule resume {schedule} --max-cpt {new Credits(max + More(state, 0).Micro)} 可继续。"
        : $"The schedule is paused, as it has spent the {Cpt(max)} CPT that it may: {what}\nmuster schedule resume {schedule} --max-cpt {new Credits(max + More(state, 0).Micro)} lets it go on.";

    /// <summary>Nobody answered for a day.</summary>
    public string Unanswered(SpendingShortage shortage, SpendingAsk ask) =>
        $"{What(shortage, ask)} {(chinese ? "24 小时内没有得到许可，因此到此结束。" : "Nobody allowed more within 24 hours, so it ended here.")}";

    /// <summary>To what waits for nobody.</summary>
    public string AtOnce(SpendingShortage shortage, SpendingAsk ask) => shortage is { Scope: { } scope, State: { } state } && scope == ask.By.Scopes.Conversation
        ? $"{What(shortage, ask)} {(chinese ? $"/budget +{More(state, ask.Micro)} 可提高上限。" : $"/budget +{More(state, ask.Micro)} allows more.")}"
        : What(shortage, ask);

    /// <summary>A limit, and what was spent of it.</summary>
    public string State(SpendingState state) => state.Max is { } most
        ? chinese ? $"上限 {Cpt(most)} CPT，已用 {Cpt(state.Spent)}，剩余 {Cpt(state.Left)}。" : $"It may spend {Cpt(most)} CPT; {Cpt(state.Spent)} are spent and {Cpt(state.Left)} are left."
        : chinese ? $"没有上限，已用 {Cpt(state.Spent)} CPT。/budget 5 设置上限。" : $"There is no limit; {Cpt(state.Spent)} CPT are spent. /budget 5 sets one.";

    public string MayNotRaise => chinese
        ? "这个登录方式不能提高上限：请在网页上提高，或在终端运行 muster budget（要输入密码）。"
        : "What this was sent with may not raise a limit: raise it on the web page, or with muster budget in a terminal, which asks for your password.";

    /// <summary>For the assistant that wants a job and for its person.</summary>
    public static string OfJob(string scope, SpendingState state, long micro) => SpendingScopes.IsSchedule(scope)
        ? $"This schedule may spend {Cpt(state.Max ?? 0)} CPT, of which {Cpt(state.Left)} are left, and the job may cost {Cpt(micro)}. Ask for less (max_cpt), or allow more: muster schedule resume {scope} --max-cpt {new Credits((state.Max ?? 0) + More(state, micro).Micro)}."
        : $"This conversation may spend {Cpt(state.Max ?? 0)} CPT, of which {Cpt(state.Left)} are left, and the job may cost {Cpt(micro)}. Ask for less (max_cpt), or allow more: /budget +{More(state, micro)}.";

    private string What(SpendingShortage shortage, SpendingAsk ask)
    {
        if (shortage is not { Scope: { } scope, State: { } state })
        {
            return chinese ? $"模型 {ask.Model} 的下一次回答最多需要 {Cpt(ask.Micro)} CPT。{shortage.Reason}" : $"The next answer of {ask.Model} may cost up to {Cpt(ask.Micro)} CPT. {shortage.Reason}";
        }

        var task = ask.By.Task is { } own && own.Id == scope ? own : null;
        var whose = (task is not null, SpendingScopes.IsSchedule(scope), chinese) switch
        {
            (true, _, true) => $"任务 {task!.Name} 的模型",
            (true, _, false) => $"The models of {task!.Name}",
            (_, true, true) => "此计划",
            (_, true, false) => "This schedule",
            (_, _, true) => "此对话",
            _ => "This conversation",
        };
        return chinese
            ? $"{whose}的上限为 {Cpt(state.Max ?? 0)} CPT，已用 {Cpt(state.Spent)}；模型 {ask.Model} 的下一次回答最多需要 {Cpt(ask.Micro)}。"
            : $"{whose} may spend {Cpt(state.Max ?? 0)} CPT, {Cpt(state.Spent)} of them are spent, and the next answer of {ask.Model} may cost up to {Cpt(ask.Micro)}.";
    }

    private string HowOn(SpendingShortage shortage, SpendingAsk ask)
    {
        var end = ask.By.Task is { } task ? $"muster job cancel {task.Job}" : "/stop";
        return (shortage.Scope, shortage.State) switch
        {
            ({ } scope, { } state) when SpendingScopes.IsSchedule(scope) && !shortage.IsLast => chinese
                ? $"工作暂停，计划也已暂停：muster schedule resume {scope} --max-cpt {new Credits((state.Max ?? 0) + More(state, ask.Micro).Micro)} 可继续，{end} 停止。"
                : $"The work waits and the schedule is paused: muster schedule resume {scope} --max-cpt {new Credits((state.Max ?? 0) + More(state, ask.Micro).Micro)} lets both go on, {end} ends the work.",
            ({ } scope, { } state) when scope != ask.By.Scopes.Conversation => chinese
                ? $"工作暂停：muster budget {scope} +{More(state, ask.Micro)} 可继续；{end} 停止。"
                : $"It waits: muster budget {scope} +{More(state, ask.Micro)} lets it go on; {end} ends it.",
            ({ } scope, { } state) => chinese
                ? $"工作暂停：在网页上用 /budget +{More(state, ask.Micro)}，或在终端用 muster budget {scope} +{More(state, ask.Micro)} 可继续；{end} 停止。"
                : $"The work waits: /budget +{More(state, ask.Micro)} on the page, or muster budget {scope} +{More(state, ask.Micro)} in a terminal, lets it go on; {end} ends it.",
            ({ }, null) => chinese ? $"工作暂停，等到密钥的预算允许；{end} 停止。" : $"The work waits until the key's budget allows it; {end} ends it.",
            _ => chinese ? $"工作暂停，有足够的 CPT 后自动继续；{end} 停止。" : $"The work waits and goes on by itself once that much is free; {end} ends it.",
        };
    }

    /// <summary>As much again as there was, or what is missing; rounded up to one digit.</summary>
    public static Credits More(SpendingState state, long micro)
    {
        var least = Math.Max(state.Max ?? 0, Math.Max(1, state.Spent + micro - (state.Max ?? 0)));
        var digit = (long)Math.Pow(10, least.ToString(CultureInfo.InvariantCulture).Length - 1);
        return new Credits((least + digit - 1) / digit * digit);
    }

    private static string Cpt(long micro) => new Credits(micro).ToString();
}
