using System.Text.RegularExpressions;
using Muster.Agents.Models;

namespace Muster.Agents.Offline;

/// <summary>What is said to a request that no rule matches, and to somebody who greets or asks for help.</summary>
internal static partial class Introduction
{
    private static readonly (string Tool, string English, string Chinese)[] _examples =
    [
        ("system", "how much disk is free?", "磁盘还剩多少？"),
        ("system", "top processes", "谁在占用 CPU"),
        ("file_list", "list files in src", "列出 src 目录下的文件"),
        ("file_search", "find all python files", "找到所有 py 文件"),
        ("file_write", "write \"hello\" to notes.txt", "把“你好”写入 notes.txt"),
        ("shell", "run git status", "运行 git status"),
        ("nodes", "which machines are online?", "有哪些机器？"),
        ("memory_write", "remember that the NAS is in the attic", "记住：NAS 在阁楼"),
    ];

    private static readonly (string Tool, string English, string Chinese)[] _more =
    [
        ("system", "what time is it in Tokyo?", "东京现在几点？"),
        ("file_read", "show me the last 20 lines of app.log", "查看 app.log 的最后 20 行"),
        ("file_search", "find files containing TODO", "在 src 里查找 TODO"),
        ("memory_read", "what do you remember?", "你记得什么？"),
        ("web", "fetch https://example.com", "抓取 https://example.com"),
        ("schedule", "remind me in 30 minutes to call Bob", "30分钟后提醒我开会"),
    ];

    /// <summary>Somebody greets or asks for help, and so wants nothing else.</summary>
    public static bool IsAskedFor(Phrase asked) => Greeting.IsMatch(asked.Raw);

    public static string Write(Phrase asked, IReadOnlyList<ToolSpec> tools)
    {
        var chinese = asked.IsChinese;
        if (Repeated.IsMatch(asked.Plain))
        {
            return chinese ? Checks.Chinese : Checks.English;
        }

        var greeted = IsAskedFor(asked);
        var able = (greeted ? _examples.Concat(_more) : _examples.Take(5)).Where(example => tools.Any(tool => tool.Name == example.Tool))
            .Select(example => $"- `{(chinese ? example.Chinese : example.English)}`").ToList();
        var begin = (greeted, chinese) switch
        {
            (true, true) => "你好，我是 Muster，可以照看你的机器。还没有配置模型，所以我按内置规则回答简单的请求。",
            (true, false) => "Hello, I am Muster; I look after your machines. No model is configured, so I answer plain requests by built-in rules.",
            (false, true) => Unknown.Chinese,
            (false, false) => Unknown.English,
        };
        var works = able.Count == 0 ? (chinese ? "这里没有可用的工具。" : "No tools are offered here.")
            : (greeted, chinese) switch
            {
                (true, true) => "可以这样说：\n",
                (true, false) => "You can say, for example:\n",
                (false, true) => "在此之前，我能听懂这样的简单请求：\n",
                (false, false) => "Meanwhile I understand plain requests, for example:\n",
            } + string.Join('\n', able);
        var end = greeted ? (chinese ? "\n\n`muster doctor` 会告诉你怎样配置模型。" : "\n\n`muster doctor` says how to configure a model.") : "";
        return $"{begin}\n\n{works}{end}";
    }

    private const string Looking = "(?:check|see|look|watch|test|monitor|verify|tell me|let me know)";
    private const string Interval = @"(?:(?:every|each) (?:[\w.]+ )?(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|days?|weeks?|months?|mornings?|evenings?|nights?|(?:mon|tues|wednes|thurs|fri|satur|sun|week)days?)|hourly|daily|weekly)\b";

    private static readonly (string English, string Chinese) Checks = (
        """
        To look at something again and again and judge it needs a model, and none is configured: `muster doctor` says how to set one.
        Without one a command can be run again and again, and shows what it prints:
        - `muster schedule add "every 5 minutes" --instruction "$ COMMAND"`
        - or be reminded to look yourself: `/remind every 5 minutes look at the tests`
        """,
        """
        反复查看并判断某件事需要模型，而这里还没有配置：`muster doctor` 会告诉你怎样配置。
        没有模型时，可以反复运行一条命令，并显示它的输出：
        - `muster schedule add "every 5 minutes" --instruction "$ 命令"`
        - 或者提醒自己去看：`/remind 每5分钟 看看测试`
        """);

    private static readonly (string English, string Chinese) Unknown = (
        """
        No model is configured, and this request needs one. Do one of these, then start Muster again:
        - `export OPENAI_API_KEY=…` or `export VOLC_API_KEY=…`
        - Ollama: `export OPENAI_BASE_URL=http://localhost:11434/v1 OPENAI_MODEL=qwen3`
        - or list models under `models:` in `muster.yaml`
        """,
        """
        还没有配置模型，而这个请求需要模型。任选一种方式，然后重新启动 Muster：
        - `export OPENAI_API_KEY=…` 或 `export VOLC_API_KEY=…`
        - Ollama：`export OPENAI_BASE_URL=http://localhost:11434/v1 OPENAI_MODEL=qwen3`
        - 或者在 `muster.yaml` 的 `models:` 下列出模型
        """);

    [GeneratedRegex(
        "^" + Looking + @"\b.{0,120}?\b" + Interval + "|^" + Interval + @".{0,40}?\b" + Looking + @"\b"
        + @"|^每.{1,20}?(?:检查|查看|看看|看一下|确认|监控|测试)|^(?:检查|查看|看看|确认|监控).{0,60}?每(?:隔)?[\d一二两三五十半]*(?:个)?(?:秒|分|小时|天|周)",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Repeated { get; }

    [GeneratedRegex(
        @"^(?:(?:hello|hi|hey|hiya|good (?:morning|afternoon|evening)|help|help me|commands|\?)(?: there| muster)?|(?:hello|hi|hey),? (?:what can you do|help)|(?:so )?what (?:can|do) you do(?: for me)?|what can i (?:ask|say|do)(?: you| here)?|how (?:does this work|do i use (?:this|you|muster))|(?:who|what) are you|what is (?:this|muster)"
        + @"|(?:你好|您好|嗨|哈喽|早上好|晚上好)(?:，?\s*muster)?(?:[，,！!\s]*你能做什么)?|帮助|怎么用|怎么使用|如何使用|你?(?:能|会|可以)(?:帮我)?(?:做|干)(?:些)?(?:什么|啥)(?:事)?|你(?:有)?(?:什么|哪些)功能|你是谁|你是什么|这是什么)[\s.!?！？。~]*$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Greeting { get; }
}
