using System.Text.Json;
using Muster.Agents.Tools;
using Muster.Node.Tools;

namespace Muster.Node.Background;

/// <summary>A tool whose calls go on in the background when they take long, or ask for so much time that they will.</summary>
internal sealed class BackgroundableTool(Tool tool, RunBackground run) : Tool
{
    private const string Timeout = "timeout";
    private readonly bool _saysHowLong = !tool.Name.StartsWith("mcp__", StringComparison.Ordinal) && Has(tool.Parameters, Timeout);

    public override string Name => tool.Name;

    public override string Description => tool.Description;

    public override JsonElement Parameters => tool.Parameters;

    public override IReadOnlyList<string> Aliases => tool.Aliases;

    public override bool Listed => tool.Listed;

    public override ToolMode Mode => tool.Mode;

    public override Replay Replay => tool.Replay;

    public override OutputCap Cap => tool.Cap;

    public override bool MayTakeLong => true;

    public override JsonElement PrepareArguments(string calledAs, JsonElement arguments) => tool.PrepareArguments(calledAs, arguments);

    public override string? Preview(ToolCall call) => tool.Preview(call);

    public override Task<string?> ReasonAsync(ToolCall call, CancellationToken abort) => tool.ReasonAsync(call, abort);

    public override Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort)
    {
        var expected = _saysHowLong && call.Real(Timeout, 0, 0, int.MaxValue) > run.Options.After.TotalSeconds;
        var line = run.LineOf(tool.Name, call.Arguments);
        return expected
            ? run.StartAsync(new BackgroundWork(tool.Name, line, "", killed => Made(killed, run.Options.MaxTime)), call, abort)
            : run.AttendAsync(new BackgroundWork(tool.Name, line, "", killed => Made(killed, null)), call, abort);
    }

    private Tool Made(Action<int> killed, TimeSpan? most) => tool is ShellTool shell ? shell.ForRun(killed, most) : tool;

    private static bool Has(JsonElement schema, string property) => Arguments.Find(schema, "properties") is { } properties && Arguments.Find(properties, property) is not null;
}
