using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Muster.Agents.Messages;
using Muster.Agents.Tools;

namespace Muster.Agents.Mcp;

/// <summary>One tool of an MCP server; the server is called by the name that it gave its tool.</summary>
/// <param name="name">Of <see cref="McpToolNames"/>.</param>
internal sealed class McpTool(string name, string server, McpClientTool tool) : Tools.Tool
{
    public override string Name => name;

    public override string Description => tool.Description;

    public override JsonElement Parameters => tool.JsonSchema;

    public override Replay Replay =>
        tool.ProtocolTool.Annotations is { ReadOnlyHint: true } or { IdempotentHint: true } ? Replay.Safe : Replay.Never;

    public override bool MayTakeLong => true;

    public override async Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort)
    {
        var arguments = call.Arguments.EnumerateObject().ToDictionary(pair => pair.Name, pair => (object?)pair.Value.Clone(), StringComparer.Ordinal);
        var progress = new Reporter(call.Update);
        CallToolResult result;
        try
        {
            result = await tool.CallAsync(arguments, progress, cancellationToken: abort);
        }
        catch (McpException failure)
        {
            throw new ToolException($"The MCP server \"{server}\" refused the call: {failure.Message}");
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException or ObjectDisposedException)
        {
            throw new ToolException($"The MCP server \"{server}\" cannot be reached: {failure.Message}");
        }

        IReadOnlyList<Messages.ContentBlock> content = [.. result.Content.Select(Read)];
        return result.IsError == true
            ? throw new ToolException(string.Concat(content.OfType<TextBlock>().Select(block => block.Text)))
            : new ToolResult(content, result.StructuredContent);
    }

    private static Messages.ContentBlock Read(ModelContextProtocol.Protocol.ContentBlock block) => block switch
    {
        TextContentBlock text => new TextBlock(text.Text),
        ImageContentBlock image => new ImageBlock(Convert.ToBase64String(image.DecodedData.Span), image.MimeType),
        EmbeddedResourceBlock { Resource: TextResourceContents text } => new TextBlock(text.Text),
        ResourceLinkBlock link => new TextBlock($"{link.Name}: {link.Uri}"),
        _ => new TextBlock($"[{block.Type}]"),
    };

    /// <summary>Reports at once and in order, where Progress&lt;T&gt; would post to the pool.</summary>
    private sealed class Reporter(Action<ToolResult> update) : IProgress<ProgressNotificationValue>
    {
        public void Report(ProgressNotificationValue value) =>
            update(ToolResult.FromText(value.Message ?? (value.Total is { } total ? $"{value.Progress:0.#} of {total:0.#}" : $"{value.Progress:0.#}")));
    }
}
