using System.Text.RegularExpressions;
using Muster.Agents.Offline;
using Muster.Hub.Chat.Assistant;

namespace Muster.Hub.Routing;

/// <summary>
/// What the hub's own assistant can do about a message without any machine. In doubt it needs one: an offer to wait for the machine can be
/// declined, while an assistant that cannot look at a file can only say so.
/// </summary>
internal static partial class HubWork
{
    private const int LimitMilliseconds = 200;

    public static bool Can(string text, HubAbility ability)
    {
        if (ability == HubAbility.None || string.IsNullOrWhiteSpace(text))
        {
            return false;
        }

        var byRules = OfflineModel.CallFor(text);
        return byRules is { } call
            ? HubTools.Have(call.Tool, call.Arguments)
            : ability == HubAbility.Model && !NeedsMachine(text);
    }

    /// <summary>A question about the state of all machines, as the hub's assistant is asked it: the rules know one wording of it for all of them.</summary>
    public static string OfFleet(string text, HubAbility ability, bool chinese) =>
        ability == HubAbility.Model || OfflineModel.CallFor(text)?.Tool == "nodes" ? text : chinese ? "查看所有机器" : "list all machines";

    private static bool NeedsMachine(string text) => Words().IsMatch(text) || ChineseWords().IsMatch(text) || Things().IsMatch(text);

    // What lies or runs on a machine, and what is done there.
    [GeneratedRegex(
        """
        \b(?:disks?|drives?|storage|space|memory|ram|swap|cpus?|cores?|gpus?|load|temperatures?|sensors?|gpio|pins?|relays?|process(?:es)?|services?|daemons?|containers?|docker|files?|folders?|director(?:y|ies)
        |dirs?|paths?|logs?|configs?|repos?|repositor(?:y|ies)|git|branch(?:es)?|commits?|tests|builds?|backups?|downloads?|uploads?|ssh|uptime|reboot|restart|kernel|photos?|pictures?|videos?|music|documents?|scripts?
        |fetch|urls?|web|internet|online|news|weather|run|execute|install|deploy|compile|upgrade|shut\ down|kill|delete|rename|move|copy|lights?|lamp|door|heating|here)\b
        """,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace, LimitMilliseconds)]
    private static partial Regex Words();

    [GeneratedRegex(
        "磁盘|硬盘|空间|内存|处理器|显卡|负载|温度|传感器|引脚|继电器|进程|服务|容器|文件|目录|路径|日志|仓库|分支|提交|测试|构建|备份|下载|上传|照片|图片|视频|音乐|文档|脚本|网页|网站|网址|链接|新闻|天气|运行|执行|安装|部署|编译|重启|关机|删除|移动|复制|开灯|关灯|灯",
        RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex ChineseWords();

    // Paths, addresses, names of files, command lines.
    [GeneratedRegex(@"[/\\`$~]|\b[\w-]+\.[a-z]\w{0,4}\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Things();
}
