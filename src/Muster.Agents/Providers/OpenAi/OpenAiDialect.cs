namespace Muster.Agents.Providers.OpenAi;

/// <summary>Where endpoints differ from the common form of a chat completions request.</summary>
public sealed record OpenAiDialect
{
    public static OpenAiDialect Common { get; } = new();

    /// <summary>Assistant messages with tool calls must carry their reasoning_content again, even if it is empty.</summary>
    public bool ReplaysReasoning { get; init; }

    /// <summary>Thinking is switched by <c>thinking: {type}</c>, not by reasoning_effort alone.</summary>
    public bool ThinkingSwitch { get; init; }

    /// <summary>Effort words of the endpoint for low, medium and high; null if it knows no reasoning_effort.</summary>
    public (string Low, string Medium, string High)? Efforts { get; init; } = ("low", "medium", "high");

    /// <summary>Tool arguments are streamed only when <c>tool_stream</c> asks for it.</summary>
    public bool ToolStream { get; init; }

    /// <summary>The limit is called max_completion_tokens.</summary>
    public bool NewMaxTokens { get; init; }

    public static OpenAiDialect For(Uri baseUrl, string model)
    {
        var host = baseUrl.Host;
        var replays = model.Contains("deepseek", StringComparison.OrdinalIgnoreCase);
        return host switch
        {
            _ when Is(host, "openai.com") => Common with { NewMaxTokens = true },
            _ when Is(host, "deepseek.com") => Common with { ReplaysReasoning = true, ThinkingSwitch = true, Efforts = ("low", "high", "max") },
            _ when Is(host, "bigmodel.cn") || Is(host, "z.ai") => Common with { ThinkingSwitch = true, Efforts = null, ToolStream = true },
            _ when Is(host, "volces.com") => Common with { ThinkingSwitch = true, Efforts = null, ReplaysReasoning = replays },
            _ => Common with { ReplaysReasoning = replays },
        };
    }

    private static bool Is(string host, string domain) => host == domain || host.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase);
}
