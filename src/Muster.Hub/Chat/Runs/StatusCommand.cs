using System.Text;
using Muster.Hub.Background;
using Muster.Hub.Chat.Tools;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Store;
using Muster.Hub.Jobs.Views;
using Muster.Hub.Planning;
using Muster.Hub.Routing.Commands;

namespace Muster.Hub.Chat.Runs;

internal sealed class StatusCommand : ICommand
{
    private const int MostSteps = 20;

    public string Name => "status";

    public (string Usage, string English, string Chinese) Help => ("/status", "what goes on in this conversation, and the coding sessions", "本对话的状态和编程会话");

    public CommandResult Run(CommandCall call)
    {
        var active = call.Machines.FirstOrDefault(node => node.Id.ToString() == call.Active)?.Name;
        var online = call.Machines.Count(node => node.Online);
        var work = call.Running is { } run
            ? Working(call, run.Node)
            : (call.Chinese ? "没有正在进行的工作。" : "Nothing is going on.");
        var machines = call.Chinese
            ? $"\n当前机器：{active ?? "无"}（{online}/{call.Machines.Count} 在线）"
            : $"\nActive node: {active ?? "none"} ({online} of {call.Machines.Count} online)";
        return new CommandResult.Say(work + Steps(call) + Waiting(call) + machines + Sessions(call));
    }

    private static string Working(CommandCall call, string node)
    {
        var asked = Approvals.In(call.Tx, call.Conversation);
        return (asked.Count > 0, call.Chinese) switch
        {
            (true, true) => $"在等你答复，/approve 允许，/deny 拒绝，/stop 停止：{ApprovalLines.Of(asked)}",
            (true, false) => $"This waits for your yes; /approve or /deny answers, /stop ends it:{ApprovalLines.Of(asked)}",
            (false, true) => $"{node} 正在工作。/stop 停止。",
            (false, false) => $"{node} is working. /stop ends it.",
        };
    }

    /// <summary>Those of the plan that is carried out here.</summary>
    private static string Steps(CommandCall call) => string.Concat(
        from id in PlanStore.JobsOf(call.Tx, call.Conversation)
        let job = PoolStore.Job(call.Tx, id.ToString())
        where job is not null
        from task in TaskDesk.Of(call.Tx, job, MostSteps)
        select "\n  " + TaskLine.OfStep(task, call.Now));

    /// <summary>Messages that wait for the end of the work, and what goes on in the background.</summary>
    private static string Waiting(CommandCall call)
    {
        var (queued, behind) = (MessageStore.CountQueued(call.Tx, call.Conversation), BackgroundRuns.CountOf(call.Tx, call.Conversation, call.User.Id));
        return (queued == 0 ? "" : call.Chinese ? $"\n排队的消息：{queued}" : $"\nQueued for after it: {queued}")
            + (behind == 0 ? "" : call.Chinese ? $"\n后台任务：{behind}（/tasks）" : $"\nIn the background: {behind} (/tasks)");
    }

    /// <summary>Coding sessions of the user on the active machine, or the one that is named, numbered as the machine numbers them.</summary>
    private static string Sessions(CommandCall call)
    {
        var node = call.Machines.FirstOrDefault(node => node.Id.ToString() == (call.Named ?? call.Active));
        var sessions = node?.CodingSessions.Where(session => session.UserId == call.User.Id).ToList() ?? [];
        if (sessions.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder(call.Chinese ? $"\n{node!.Name} 上的编程会话：" : $"\nCoding sessions on {node!.Name}:");
        for (var i = 0; i < sessions.Count; i++)
        {
            var (session, active) = (sessions[i], sessions[i].ActiveIn.Contains(call.Conversation));
            text.Append('\n').Append(active ? "→ " : "  ").Append(i + 1).Append(". ").Append(session.Project).Append(active ? " [ACTIVE]" : "").Append(" #").Append(session.Id)
                .Append(' ').Append(session.Agent).Append(' ').Append(session.Busy ? (call.Chinese ? "工作中" : "working") : call.Chinese ? "空闲" : "idle");
        }

        return sessions.FirstOrDefault(session => session.DirectIn.Contains(call.Conversation)) is not { } direct ? text.ToString()
            : text.Append(call.Chinese
                ? $"\n这里的消息都直接发给 {direct.Project}。/smart 回到助手。"
                : $"\nAll that you write here goes to {direct.Project}. \"/smart\" gives the assistant back the word.").ToString();
    }
}
