using System.Text;
using Muster.Agents.Models;

namespace Muster.Agents.Offline;

/// <summary>What is said to a request that no rule matches: what this is, how to get a model, what works meanwhile.</summary>
internal static class Introduction
{
    private static readonly (string Tool, string English, string Chinese)[] Examples =
    [
        ("system", "how much disk is free?", "磁盘还剩多少？"),
        ("system", "what is using the CPU?", "内存用了多少？"),
        ("file_list", "list files in src", "列出 src 目录下的文件"),
        ("file_read", "show me the last 20 lines of app.log", "查看 app.log 的最后 20 行"),
        ("file_search", "find TODO in src", "在 src 里查找 TODO"),
        ("file_write", "write \"hello\" to notes.txt", "把“你好”写入 notes.txt"),
        ("shell", "run git status", "运行 git status"),
        ("web", "fetch https://example.com", "抓取 https://example.com"),
        ("schedule", "remind me in 30 minutes to call Bob", "30分钟后提醒我开会"),
        ("memory_write", "remember that the NAS is in the attic", "记住：NAS 在阁楼"),
        ("memory_read", "what do you remember?", "你记得什么？"),
        ("nodes", "which machines are online?", "有哪些机器？"),
    ];

    public static string Write(bool chinese, IReadOnlyList<ToolSpec> tools)
    {
        var text = new StringBuilder(chinese ? Chinese : English);
        var able = Examples.Where(example => tools.Any(tool => tool.Name == example.Tool)).ToList();
        if (able.Count == 0)
        {
            return text.Append(chinese ? "\n在此之前，这里没有可用的工具。" : "\nUntil then there is nothing I can do here: no tools are offered.").ToString();
        }

        text.Append(chinese ? "\n在此之前，我可以回答这样的简单请求：\n" : "\nUntil then I understand plain requests such as these:\n");
        foreach (var (_, english, inChinese) in able)
        {
            text.Append("- `").Append(chinese ? inChinese : english).Append("`\n");
        }

        return text.ToString().TrimEnd();
    }

    private const string English =
        """
        No model is configured, and this request needs one. (I am Muster's built-in offline rule model: I match a few plain requests and do not think.)

        To configure a model, do one of these, then start Muster again:
        - `export OPENAI_API_KEY=…` for OpenAI; for any compatible service also `OPENAI_BASE_URL` and `OPENAI_MODEL`
        - `export VOLC_API_KEY=…` for Volcengine
        - a local Ollama, without a key: `export OPENAI_BASE_URL=http://localhost:11434/v1 OPENAI_MODEL=qwen3`
        - or list your models under `models:` in `muster.yaml`

        `muster doctor` checks that it works.

        """;

    private const string Chinese =
        """
        还没有配置模型，而这个请求需要模型。（我是 Muster 内置的离线规则模型：只认得一些简单的请求，不会思考。）

        任选一种方式配置模型，然后重新启动 Muster：
        - OpenAI：`export OPENAI_API_KEY=…`；其他兼容服务再加上 `OPENAI_BASE_URL` 和 `OPENAI_MODEL`
        - 火山引擎：`export VOLC_API_KEY=…`
        - 本地 Ollama，不需要密钥：`export OPENAI_BASE_URL=http://localhost:11434/v1 OPENAI_MODEL=qwen3`
        - 或者在 `muster.yaml` 的 `models:` 下列出模型

        `muster doctor` 会检查配置是否可用。

        """;
}
