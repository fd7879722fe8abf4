using Muster.Agents.Messages;

namespace Muster.Agents.Offline;

/// <summary>Sentences that do not belong to one rule.</summary>
internal static class OfflineTexts
{
    public static string Result(OfflinePlan plan, ToolResultMessage result, bool chinese)
    {
        var text = result.Text.Trim();
        return result.IsError
            ? (chinese ? $"没有成功，原因是：{text}" : $"That did not work: {text}")
            // It goes on in the background: what it says first is for people, the rest for models.
            : text.StartsWith('⏳') ? text.Split('\n')[0]
            : plan.Rule.Answer(new ToolReply(text, plan, chinese));
    }

    public static string Elsewhere(string command, string place, string machine, bool chinese) => chinese
        ? $"没有运行任何命令：末尾的 `{place}` 会变成命令的一部分，而这台机器是 {machine}。如果指的是另一台机器，`/nodes` 会列出现有的机器；如果它就是命令的一部分，请写 `$ {command}`。"
        : $"Nothing was run: `{place}` would have become a part of the command, and this machine is {machine}. If you meant a machine, `/nodes` lists those there are; if it belongs to the command, write `$ {command}`.";

    public static string NoTool(string tool, bool chinese)
    {
        if (tool is "shell" or "run_background")
        {
            return chinese
                ? "这台机器关闭了运行命令的功能：`muster.yaml` 里写着 `tools.shell.isolation: off`。改成 `process` 后重新启动即可打开。"
                : "Commands are switched off on this machine, by `tools.shell.isolation: off` in `muster.yaml`. Set it to `process` and start Muster again to switch them on.";
        }

        if (tool == "web")
        {
            return chinese
                ? "这台机器关闭了访问网络的功能：`muster.yaml` 里写着 `tools.web.enabled: false`。改成 `true` 后重新启动即可打开。"
                : "The web is switched off on this machine, by `tools.web.enabled: false` in `muster.yaml`. Set it to `true` and start Muster again to switch it on.";
        }

        var (english, inChinese) = tool switch
        {
            "system" => ("look at its own state", "查看自身状态"),
            "file_read" or "file_list" or "file_search" => ("look at files", "查看文件"),
            "file_write" => ("write files", "写文件"),
            "file_send" => ("send files", "发送文件"),
            "task_status" => ("look after its tasks", "查看任务"),
            "schedule" => ("set reminders", "设置提醒"),
            "coding_session" => ("run coding sessions", "打开编程会话"),
            "nodes" => ("list the machines", "列出机器"),
            _ => ("keep notes", "记笔记"),
        };
        return chinese ? $"这台机器目前还不能{inChinese}（没有 {tool} 工具）。" : $"This machine cannot {english} yet (it has no tool \"{tool}\").";
    }
}
