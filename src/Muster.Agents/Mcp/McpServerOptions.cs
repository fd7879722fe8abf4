namespace Muster.Agents.Mcp;

/// <summary>How to reach one MCP server: a command to start, or a url (streamable HTTP).</summary>
public sealed record McpServerOptions
{
    public required string Name { get; init; }
    public string? Command { get; init; }
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>All that the server's process gets besides PATH, HOME, LANG and the like.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public string? WorkingDirectory { get; init; }
    public Uri? Url { get; init; }
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(20);
}
