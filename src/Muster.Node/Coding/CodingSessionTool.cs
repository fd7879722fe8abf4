using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Agents.Tools;
using Muster.Node.Coding.Sessions;
using Muster.Node.Tools;

namespace Muster.Node.Coding;

/// <summary>Coding agents as a tool: what a model uses when somebody asks for work on a project, and what <c>/new</c> and its like come to.</summary>
internal sealed class CodingSessionTool(CodingDesk desk, CodingCaller caller, Action<int> onKilled) : Tool
{
    public const string ToolName = "coding_session";

    public override string Name => ToolName;

    public override string Description =>
        "Coding agents (Claude Code and others) work in project folders of this machine, each in a session that remembers. new opens one for a project and gives it a prompt; send gives a prompt to one that is open; " +
        "list, switch and close see to them. Use it for work on a whole project, such as fixing a test; small edits you make yourself. It returns what the agent answers at its end.";

    public override JsonElement Parameters { get; } = Arguments.Schema("""
        {"type": "object", "properties": {
          "action": {"type": "string", "enum": ["new", "send", "list", "close", "switch", "direct", "smart"], "description": "direct: all that the user writes goes to the session from now on; smart ends that."},
          "project": {"type": "string", "description": "For new: a folder in the working folder; made if it is not there."},
          "prompt": {"type": "string", "description": "What the agent is to do, with all that it has to know. For new it may be left out."},
          "session": {"type": "string", "description": "The project or the id of an open session; the active one by default."},
          "agent": {"type": "string", "description": "For new: which coding agent, where there are several."},
          "timeout": {"type": "number", "description": "Seconds that the prompt may take, up to 86400; 300 by default."}
        }, "required": ["action"]}
        """);

    public override OutputCap Cap => OutputCap.Tail;

    public override bool MayTakeLong => true;

    /// <summary>Agents may work here, if there is one.</summary>
    public bool IsThere => desk.IsThere;

    /// <summary>The same, which tells how many processes of an agent it had to end.</summary>
    public CodingSessionTool ForRun(Action<int> killed) => new(desk, caller, killed);

    /// <summary>The session that is named, the active one where none is; one is opened for a project that has none.</summary>
    /// <exception cref="ToolException">There is none, it is at work, or has another agent.</exception>
    public Task<CodingSession> FreeAsync(string? name, string? agent) => desk.FreeAsync(name?.Trim(), agent?.Trim(), caller);

    public override async Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort)
    {
        var texts = caller.Texts;
        switch (call.Required("action"))
        {
            case "new":
                var opened = await desk.OpenAsync((call.Optional("project") ?? call.Optional("session") ?? "").Trim(), Given(call, "agent"), caller);
                return Given(call, "prompt") is null ? ToolResult.FromText(texts.Opened(opened)) : await SendAsync(opened, call, abort);
            case "send":
                return await SendAsync(desk.Named(Given(call, "session") ?? Given(call, "project"), caller), call, abort);
            case "list":
                return ToolResult.FromText(desk.List(caller));
            case "close":
                return ToolResult.FromText(await desk.CloseAsync(desk.Named(Given(call, "session") ?? Given(call, "project"), caller), caller));
            case "switch":
                var chosen = desk.Named(Given(call, "session") ?? Given(call, "project"), caller);
                await desk.FocusAsync(caller, chosen, desk.IsDirect(caller));
                return ToolResult.FromText(texts.Switched(chosen));
            case "direct":
                var direct = desk.Named(Given(call, "session") ?? Given(call, "project"), caller);
                await desk.FocusAsync(caller, direct, direct: true);
                return ToolResult.FromText(texts.Direct(direct));
            case "smart":
                if (desk.IsDirect(caller))
                {
                    await desk.FocusAsync(caller, desk.Named(null, caller), direct: false);
                }

                return ToolResult.FromText(texts.Smart);
            case var action:
                throw new ToolException($"{Name} has no action \"{action}\". It has new, send, list, close, switch, direct and smart.");
        }
    }

    private async Task<ToolResult> SendAsync(CodingSession session, ToolCall call, CancellationToken abort)
    {
        var text = await desk.PromptAsync(session, call, caller, onKilled, abort);
        var said = text.Trim().Length > 0 ? text : caller.Chinese ? "（没有文字回答）" : "(It ended without a word.)";
        return new ToolResult([new TextBlock(desk.IsDirect(caller) ? $"{said}\n\n{caller.Texts.WayBack(session)}" : said)], JsonSerializer.SerializeToElement(
            new CodingDetails(session.Id, session.Project, session.Agent), CodingJson.Default.CodingDetails));
    }

    private static string? Given(ToolCall call, string name) => call.Optional(name) is { } text && text.Trim().Length > 0 ? text.Trim() : null;
}

internal sealed record CodingDetails(string Session, string Project, string Agent);

[System.Text.Json.Serialization.JsonSourceGenerationOptions(PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.SnakeCaseLower)]
[System.Text.Json.Serialization.JsonSerializable(typeof(CodingDetails))]
internal sealed partial class CodingJson : System.Text.Json.Serialization.JsonSerializerContext;
