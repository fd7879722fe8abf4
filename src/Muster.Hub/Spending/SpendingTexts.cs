using System.Globalization;
using Muster.Hub.Chat.Notices;
using Muster.Hub.Ledger;

namespace Muster.Hub.Spending;

/// <summary>What people are told about spending.</summary>
internal sealed class SpendingTexts(bool chinese)
{
    /// <summary>Of a run that waits: what was spent of what, what this needs, and how to go on.</summary>
    public NoticeText Notice(SpendingShortage shortage, SpendingAsk ask)
    {
        var fields = new Dictionary<string, string> { ["run_id"] = ask.Run.Id };
        var text = $"{What(shortage, ask)} {HowOn(shortage, ask)}";
        if (shortage is { Scope: { } scope, State: { } state } && scope == ask.Run.ConversationId)
        {
            fields["more"] = More(state, ask.Micro).ToString();
        }

        return new NoticeText("budget", text, "warning") { Fields = fields };
    }

    public static SpendingTexts For(bool chinese) => new(chinese);

    /// <summary>Of a schedule that was due and has nothing left.</summary>
    public string Paused(string schedule, string what, long max, SpendingState state) => chinese
        ? $"计划已暂停，因为它已用完 {Cpt(max)} CPT 的上限：{what}\nmuster schedule resume {schedule} --max-cpt {new Credits(max + More(state, 0).Micro)} 可继续。"
        : $"The schedule is paused, as it has spent the {Cpt(max)} CPT that it may: {what}\nmuster schedule resume {schedule} --max-cpt {new Credits(max + More(state, 0).Micro)} lets it go on.";

    /// <summary>Nobody answered for a day.</summary>
    public string Unanswered(SpendingShortage shortage, SpendingAsk ask) =>
        $"{What(shortage, ask)} {(chinese ? "24 小时内没有得到许可，因此到此结束。" : "Nobody allowed more within 24 hours, so it ended here.")}";

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

    private string What(SpendingShortage shortage, SpendingAsk ask) => (shortage.Scope, shortage.State) switch
    {
        (_, null) => chinese ? $"模型 {ask.Model} 的下一次回答最多需要 {Cpt(ask.Micro)} CPT。{shortage.Reason}" : $"The next answer of {ask.Model} may cost up to {Cpt(ask.Micro)} CPT. {shortage.Reason}",
        ({ } scope, { } state) when SpendingScopes.IsSchedule(scope) => chinese
            ? $"此计划的上限为 {Cpt(state.Max ?? 0)} CPT，已用 {Cpt(state.Spent)}；模型 {ask.Model} 的下一次回答最多需要 {Cpt(ask.Micro)}。"
            : $"This schedule may spend {Cpt(state.Max ?? 0)} CPT, {Cpt(state.Spent)} of them are spent, and the next answer of {ask.Model} may cost up to {Cpt(ask.Micro)}.",
        (_, { } state) => chinese
            ? $"此对话的上限为 {Cpt(state.Max ?? 0)} CPT，已用 {Cpt(state.Spent)}；模型 {ask.Model} 的下一次回答最多需要 {Cpt(ask.Micro)}。"
            : $"This conversation may spend {Cpt(state.Max ?? 0)} CPT, {Cpt(state.Spent)} of them are spent, and the next answer of {ask.Model} may cost up to {Cpt(ask.Micro)}.",
    };

    private string HowOn(SpendingShortage shortage, SpendingAsk ask) => (shortage.Scope, shortage.State) switch
    {
        ({ } scope, { } state) when SpendingScopes.IsSchedule(scope) => chinese
            ? $"工作暂停，计划也已暂停：muster schedule resume {scope} --max-cpt {new Credits((state.Max ?? 0) + More(state, ask.Micro).Micro)} 可继续，/stop 停止。"
            : $"The work waits and the schedule is paused: muster schedule resume {scope} --max-cpt {new Credits((state.Max ?? 0) + More(state, ask.Micro).Micro)} lets both go on, /stop ends the work.",
        ({ }, { } state) => chinese
            ? $"工作暂停：在网页上用 /budget +{More(state, ask.Micro)}，或在终端用 muster budget {ask.Run.ConversationId} +{More(state, ask.Micro)} 可继续；/stop 停止。"
            : $"The work waits: /budget +{More(state, ask.Micro)} on the page, or muster budget {ask.Run.ConversationId} +{More(state, ask.Micro)} in a terminal, lets it go on; /stop ends it.",
        ({ }, null) => chinese ? "工作暂停，等到密钥的预算允许；/stop 停止。" : "The work waits until the key's budget allows it; /stop ends it.",
        _ => chinese ? "工作暂停，有足够积分后自动继续；/stop 停止。" : "The work waits and goes on by itself once they are there; /stop ends it.",
    };

    /// <summary>As much again as there was, or what is missing; rounded up to one digit.</summary>
    public static Credits More(SpendingState state, long micro)
    {
        var least = Math.Max(state.Max ?? 0, Math.Max(1, state.Spent + micro - (state.Max ?? 0)));
        var digit = (long)Math.Pow(10, least.ToString(CultureInfo.InvariantCulture).Length - 1);
        return new Credits((least + digit - 1) / digit * digit);
    }

    private static string Cpt(long micro) => new Credits(micro).ToString();
}
