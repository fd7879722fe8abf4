namespace Muster.Agents.Offline.Rules;

/// <summary>Parts of patterns that several rules share. Each may be absent.</summary>
internal static class Wording
{
    public const string Show = "(?:(?:show|check|give|get|print|display|see)(?: me)?(?: the| my)? |what(?:'s| is| are) (?:the |my )?|how(?:'s| is| are) (?:the |my )?|the |my )?";

    /// <summary>Where and when, at the end of an English question.</summary>
    public const string Here = "(?: (?:on|of|in|at|for|by) (?:this|the|my|that) (?:machine|computer|system|server|box|node|pc|host|laptop|device|disk|drive))?(?: (?:right now|now|currently|at the moment|today|still))?";

    public const string 查看 = "(?:查看|看看|看一下|看下|显示|检查|查一下|查询|查)?(?:一下)?";
    public const string 本机 = "(?:这台(?:机器|电脑|服务器)|本机|机器|电脑|服务器|系统|主机|我)?(?:上)?(?:的)?";
    public const string 现在 = "(?:现在|目前|当前|今天)?(?:的)?";
    public const string 多少 = "(?:还)?(?:剩余|剩下|剩|有|用了|用掉|使用了|使用|占用了|占用|够|可用|空闲)?(?:了)?(?:多少|多大|多久|多高|几|情况|状态|状况|率|如何|怎么样|怎样|是多少|不够|够)?(?:了|呢|吗|了吗|用|没)?";

    /// <summary>Between a Chinese verb and the command that it runs. The same verbs begin sentences that are no command: 运行了多久.</summary>
    public const string ChineseCommand = "(?:(?:命令)?[:：]\\s*|命令\\s*|\\s+|(?=[!-~“‘]))";

    /// <summary>A file or folder, quoted if it has spaces.</summary>
    public const string Path = "(?:[\"“'`](?<path>[^\"”'`]+)[\"”'`]|(?<path>[^\\s\"”'`，。；,;]+))";
}
