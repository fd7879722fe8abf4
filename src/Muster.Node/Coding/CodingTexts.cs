using System.Globalization;
using Muster.Agents.Tools;
using Muster.Node.Coding.Sessions;

namespace Muster.Node.Coding;

/// <summary>What is said of coding sessions, in the user's language.</summary>
internal sealed record CodingTexts(bool Chinese)
{
    public string Opened(CodingSession session) => Say(
        $"Session #{session.Id} is open: {session.Project} with {session.Agent}. \"/direct\" sends it all that you write here.",
        $"会话 #{session.Id} 已打开：{session.Project}，由 {session.Agent} 处理。/direct 之后，这里的消息都直接发给它。");

    public string Closed(CodingSession session) => Say(
        $"Session #{session.Id} ({session.Project}) is closed. Its files stay; its record is audit/{session.Id}.jsonl.",
        $"会话 #{session.Id}（{session.Project}）已关闭。文件保留，记录在 audit/{session.Id}.jsonl。");

    public string Left(string home) => Say(
        $"Some of what its agent kept could not be removed and is still in {home}: remove it yourself.",
        $"代理留下的文件未能全部删除，仍在 {home}，请自行删除。");

    public string Switched(CodingSession session) => Say($"Active session: {session.Project} (#{session.Id}, {session.Agent}).", $"当前会话：{session.Project}（#{session.Id}，{session.Agent}）。");

    public string Direct(CodingSession session) => Say(
        $"All that you write here goes to {session.Project} ({session.Agent}) now. \"/smart\" gives the assistant back the word.",
        $"现在这里的消息都直接发给 {session.Project}（{session.Agent}）。/smart 回到助手。");

    public string Smart => Say("The assistant has the word again.", "已回到助手。");

    /// <summary>Below what a session answers in direct mode.</summary>
    public string WayBack(CodingSession session) => Say($"[{session.Project} · /smart for the assistant]", $"[{session.Project} · /smart 回到助手]");

    public string Anew(string agent) => Say(
        $"[{agent} does not know the earlier conversation of this session any more; this was the first message of a new one.]",
        $"[{agent} 已找不到本会话之前的对话，这是新对话的第一条消息。]");

    public string NoSession => Say(
        "There is no coding session open here. \"/new PROJECT: what to do\" opens one.",
        "还没有打开的编程会话。用“/new 项目: 要做的事”打开一个。");

    /// <param name="open">The caller's own, as they are numbered.</param>
    public string Unknown(string name, IReadOnlyList<CodingSession> open)
    {
        var near = NearestName.Of(name.TrimStart('#'), open.SelectMany(session => new[] { session.Project, session.Id }));
        var all = string.Join(Say(", ", "，"), open.Select((session, at) => $"{at + 1}. {session.Project}"));
        return Say($"There is no coding session \"{name}\" on this machine.", $"这台机器上没有编程会话“{name}”。")
            + (near is null ? "" : Say($" Did you mean {near}?", $"是不是 {near}？"))
            + (open.Count == 0 ? "" : Say($" Open are: {all}.", $"打开的有：{all}。"))
            + (name.All(char.IsAsciiDigit) ? Say(" \"/new PROJECT: what to do\" opens one.", "“/new 项目: 要做的事”打开一个。") : Say($" \"/new {name}\" opens one.", $"“/new {name}”打开一个。"));
    }

    public string TooMany(int most) => Say(
        $"{most} coding sessions are open on this machine, which is the most (coding.most). Close one of yours with /close, or wait until somebody has.",
        $"这台机器上已有 {most} 个编程会话，达到上限（coding.most）。请先用 /close 关闭自己的一个，或等别人关闭。");

    public string NoAgent => Say(
        "No coding agent is installed on this machine. Install Claude Code (npm install -g @anthropic-ai/claude-code) or pi, or name one that speaks ACP under coding.agents in muster.yaml. \"muster doctor\" says what is there.",
        "这台机器上没有编程代理。请安装 Claude Code（npm install -g @anthropic-ai/claude-code）或 pi，或在 muster.yaml 的 coding.agents 下写明一个支持 ACP 的代理。muster doctor 会列出已有的。");

    public string Off => Say("Coding sessions are switched off on this machine (coding.isolation: off).", "这台机器关闭了编程会话（coding.isolation: off）。");

    public string NotThere(string agent, IEnumerable<string> found) => Say(
        $"There is no coding agent \"{agent}\" on this machine. There are: {Names(found)}.", $"这台机器上没有编程代理“{agent}”。有：{Names(found)}。");

    public string OtherAgent(CodingSession session, string agent) => Say(
        $"{session.Project} works with {session.Agent}, not with {agent}. Leave \"agent\" out, or close the session first.",
        $"{session.Project} 用的是 {session.Agent}，不是 {agent}。请去掉 \"agent\"，或先关闭这个会话。");

    public string Busy(CodingSession session, CodingWork work, DateTimeOffset now) => Say(
        $"{session.Project} has been working for {Seconds(now - work.Since)} on \"{Short(work.Prompt)}\". Wait for its end, or /stop it.",
        $"{session.Project} 正在处理“{Short(work.Prompt)}”（已 {Seconds(now - work.Since)}）。请等它结束，或用 /stop 停止。");

    public string Crashed(string agent, int? code, string complaint) =>
        Say($"{agent} ended {(code is { } number ? $"with exit code {number} " : "")}without an answer", $"{agent} 没有回答就结束了{(code is { } number2 ? $"（退出码 {number2}）" : "")}")
        + (complaint.Length > 0 ? $": {complaint}" : ".") + Say(" The session stays; ask again.", " 会话仍在，可以再问一次。");

    /// <param name="settings">The path of what the agent would read.</param>
    public string Bare(string agent, string settings) => Say(
        $"{agent} would obey {settings}, whose settings can name commands that nobody is asked about, and here that cannot be hidden from it. If they are yours, trust the project (muster trust DIR); else remove {settings}.",
        $"{agent} 会读取 {settings}，其中的设置可以指定不经询问就执行的命令，而这里无法对它隐藏。如果是你自己的设置，请信任该项目（muster trust 目录）；否则请删除 {settings}。");

    public string Failed(string agent, string message) => Say($"{agent} failed: {message}", $"{agent} 失败：{message}");

    public string TooLong(string agent, TimeSpan limit) => Say(
        $"{agent} was stopped after {Seconds(limit)}, the limit of this prompt; what it did so far stays. For longer work: /new --timeout SECONDS, up to 86400.",
        $"{agent} 已运行 {Seconds(limit)}，达到时限而被停止；已做的更改保留。需要更久请用 /new --timeout 秒数，最多 86400。");

    public string Hung(string agent, TimeSpan silence) => Say(
        $"{agent} said nothing for {Seconds(silence)} and was stopped as hung (coding.silence); what it did so far stays.",
        $"{agent} 已 {Seconds(silence)} 没有任何输出，视为卡死而被停止（coding.silence）；已做的更改保留。");

    public string List(IReadOnlyList<CodingSession> sessions, CodingSession? active, bool direct, Func<string, bool> isBusy)
    {
        if (sessions.Count == 0)
        {
            return NoSession;
        }

        var lines = sessions.Select((session, index) =>
            $"{(session.Id == active?.Id ? "→ " : "  ")}{index + 1}. {session.Project}{(session.Id == active?.Id ? " [ACTIVE]" : "")} #{session.Id} {session.Agent} {(isBusy(session.Id) ? Say("working", "工作中") : Say("idle", "空闲"))}");
        return Say("Coding sessions:", "编程会话：") + "\n" + string.Join('\n', lines) + (direct && active is not null ? "\n" + Direct(active) : "");
    }

    private string Say(string english, string chinese) => Chinese ? chinese : english;

    private static string Names(IEnumerable<string> names) => string.Join(", ", names);

    private static string Seconds(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalSeconds} s");

    private static string Short(string prompt) => prompt.Length <= 60 ? prompt : string.Concat(prompt.AsSpan(0, 60), "…");
}
