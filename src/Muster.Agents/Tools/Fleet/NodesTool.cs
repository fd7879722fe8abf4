using System.Text.Json;

namespace Muster.Agents.Tools.Fleet;

public sealed class NodesTool : Tool
{
    private readonly HubCalls _hub;

    public NodesTool(HubCalls hub) => _hub = hub;

    public override string Name => "nodes";

    public override string Description => "Lists the user's machines: which are online, what they can do, how busy they are.";

    public override JsonElement Parameters { get; } = Arguments.Schema("""{"type": "object", "properties": {}}""");

    public override Replay Replay => Replay.Safe;

    public override async Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort) =>
        ToolResult.FromText(await _hub("nodes.list", "{}", abort));
}
