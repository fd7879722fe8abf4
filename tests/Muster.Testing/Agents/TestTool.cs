using System.Collections.Concurrent;
using System.Text.Json;
using Muster.Agents.Tools;

namespace Muster.Testing.Agents;

/// <summary>A tool made of one function, for tests; records the calls that reached it.</summary>
public sealed class TestTool(
    string name,
    Func<ToolCall, CancellationToken, Task<ToolResult>> execute,
    string schema = """{"type":"object","properties":{}}""") : Tool
{
    private readonly ConcurrentQueue<ToolCall> _calls = new();

    public TestTool(string name, string answer)
        : this(name, (_, _) => Task.FromResult(ToolResult.FromText(answer)))
    {
    }

    /// <summary>Calls that were executed, oldest first.</summary>
    public IReadOnlyList<ToolCall> Calls => [.. _calls];

    public override string Name { get; } = name;
    public override string Description => $"The test tool {Name}.";
    public override JsonElement Parameters { get; } = JsonSerializer.Deserialize<JsonElement>(schema);
    public override IReadOnlyList<string> Aliases => AlsoCalled;
    public override ToolMode Mode => RunMode;
    public override Replay Replay => AfterCrash;

    public IReadOnlyList<string> AlsoCalled { get; init; } = [];
    public ToolMode RunMode { get; init; } = ToolMode.Parallel;
    public Replay AfterCrash { get; init; } = Replay.Never;

    public override Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort)
    {
        _calls.Enqueue(call);
        return execute(call, abort);
    }
}
