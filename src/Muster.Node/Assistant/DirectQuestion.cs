using System.Text.RegularExpressions;

namespace Muster.Node.Assistant;

/// <summary>
/// Tells questions of general knowledge, which a model answers by itself, from all that may need a tool. In doubt the tools stay: a
/// model that has them need not use them, and one that has none cannot look.
/// </summary>
internal static partial class DirectQuestion
{
    private const int Longest = 500;
    private const int LimitMilliseconds = 200;

    /// <param name="node">The machine's name: a question that names it is about it.</param>
    public static bool Is(string text, string node)
    {
        try
        {
            return IsGeneral(text.Trim(), node);
        }
        catch (RegexMatchTimeoutException)
        {
            return false; // on a machine this busy the model keeps its tools
        }
    }

    private static bool IsGeneral(string asked, string node) =>
        asked.Length is > 1 and <= Longest
        && (asked[^1] is '?' or '？' || Asks().IsMatch(asked))
        && !About().IsMatch(asked)
        && !AboutChinese().IsMatch(asked)
        && !Things().IsMatch(asked)
        && !asked.Contains(node, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^(?:(?:please|so|and|ok|tell me|can you|could you)\s+)*(?:what|how|why|explain)\b|什么|怎么|为什么|为何|解释", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Asks();

    // A machine and what is on it, work and time, the web, what was said before, and whoever is asked.
    [GeneratedRegex(
        """
        \b(?:machines?|computers?|nodes?|servers?|hosts?|laptops?|desktops?|phones?|devices?|pi|disks?|drives?|storage|space|free|memory|ram|swap|cpus?|cores?|gpus?|load|temperatures?|battery|fans?
        |sensors?|gpio|pins?|process(?:es)?|services?|daemons?|containers?|docker|files?|folders?|director(?:y|ies)|dirs?|paths?|logs?|configs?|configuration|settings?|install(?:ed)?|packages?|repos?|repositor(?:y|ies)
        |git|branch(?:es)?|commits?|projects?|tests?|builds?|backups?|downloads?|uploads?|network|wi-?fi|ips?|ports?|ssh|users?|uptime|reboot|kernel|os|tasks?|jobs?|sessions?|remind(?:ers?)?|schedules?|notes?
        |remember|credits?|balance|fleet|todos?|photos?|pictures?|images?|videos?|documents?|scripts?|search|find|look|fetch|urls?|pages?|websites?|web|internet|online|news|weather|latest|newest|new|current(?:ly)?
        |recent(?:ly)?|versions?|releases?|today|tonight|tomorrow|yesterday|now|times?|dates?|day|clock|o'clock|run|running|runs|execute|start|stop|kill|delete|remove|create|make|write|read|open|show|list|send|move|copy
        |rename|check|count|change|edit|fix|update|upgrade|light|lights|lamp|switch|turn|door|heating|room|house|home
        |it|its|this|that|these|those|my|our|mine|here|there|you|your|we|us|he|she|they|them|again|still|done|finished|broken|fail(?:s|ed|ing)?|error)\b
        """,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace, LimitMilliseconds)]
    private static partial Regex About();

    [GeneratedRegex(
        "机器|电脑|主机|服务器|节点|设备|磁盘|硬盘|空间|内存|处理器|显卡|负载|温度|风扇|电池|传感器|引脚|进程|服务|容器|文件|目录|路径|日志|配置|设置|安装|软件包|仓库|分支|提交|项目|测试|构建|备份|下载|上传|网络|端口|用户"
        + "|任务|作业|会话|提醒|定时|笔记|记住|记得|积分|余额|照片|图片|视频|文档|脚本|代码|搜索|查找|查一下|看看|网页|网站|网址|链接|新闻|天气|最新|新特性|版本|现在|今天|今晚|明天|昨天|几点|时间|日期|星期|运行|执行|启动|停止|删除|创建|打开|显示|列出"
        + "|发送|移动|复制|修改|修复|更新|检查|灯|开关|门|房间|家里|我的|我们|这|那|它|他|她|你|还|完成|刚才|刚刚|失败|报错|错误|哪台",
        RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex AboutChinese();

    // Paths, addresses, names of files, versions, code.
    [GeneratedRegex(@"[/\\@`$~]|\b[\w-]+\.[a-z]\w{0,4}\b|\d+\.\d+|\d+\s*(?:[smhd]|min|分钟|小时)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Things();
}
