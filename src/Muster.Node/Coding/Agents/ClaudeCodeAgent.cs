using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Agents.Tools;

namespace Muster.Node.Coding.Agents;

/// <summary>
/// Claude Code without its terminal: JSON lines both ways. A hook has it ask before each tool, also where it would not by itself, so that the
/// owner's rules are about all that it does.
/// </summary>
internal sealed class ClaudeCodeAgent : CodingAgent
{
    public override IReadOnlyDictionary<string, string> Variables { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["DISABLE_TELEMETRY"] = "1",
        ["DISABLE_ERROR_REPORTING"] = "1",
        ["DISABLE_AUTOUPDATER"] = "1",
        ["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"] = "1",
    };

    private const string Conversations = ".claude/projects";

    // Conversations and what belongs to them. All else in its folder could be settings or scripts of its own making, in this version or the next.
    private static readonly string[] _kept = ["projects", "tasks", "todos", "plans", "file-history"];

    // Settings can name commands that are run unasked, and servers: only a trusted folder's are read. Its home in the sandbox is the agent's to
    // write, so that nothing in there may be settings; on the machine itself they are the person's.
    public override IReadOnlyList<string> Arguments(CodingTurn turn) =>
    [
        "--output-format", "stream-json", "--verbose", "--input-format", "stream-json", "--include-partial-messages", "--permission-prompt-tool", "stdio",
        "--setting-sources", string.Join(',', [.. turn.OwnHome ? [] : new[] { "user" }, .. turn.Trusted ? new[] { "project", "local" } : []]),
        $"--disallowedTools={ClaudeTools.Useless}", .. Servers(turn), .. turn.Resume is { } id ? new[] { "--resume", id } : [],
    ];

    public override void Prepare(AgentHome home)
    {
        home.KeepIn(".claude", _kept);
        home.MakePlain(Conversations, folders: true);
        foreach (var project in Directory.GetDirectories(home.At(Conversations)).Select(Path.GetFileName))
        {
            home.MakePlain(Path.Combine(Conversations, project!));
        }

        home.Remove(".claude.json");
    }

    private static string[] Servers(CodingTurn turn) => turn switch
    {
        { Trusted: true, OwnHome: false } => [],
        { Trusted: true } when Path.Combine(turn.Folder, ".mcp.json") is var servers && File.Exists(servers) => ["--strict-mcp-config", "--mcp-config", servers],
        _ => ["--strict-mcp-config"],
    };

    public override async Task<string> PromptAsync(AgentPipe pipe, CodingTurn turn, CancellationToken stop)
    {
        await pipe.SendAsync(Control("start", new JsonObject
        {
            ["subtype"] = "initialize",
            ["hooks"] = new JsonObject { ["PreToolUse"] = new JsonArray(new JsonObject { ["matcher"] = "*", ["hookCallbackIds"] = new JsonArray("ask") }) },
        }), stop);
        await pipe.SendAsync(new JsonObject
        {
            ["type"] = "user",
            ["message"] = new JsonObject { ["role"] = "user", ["content"] = turn.Prompt },
            ["parent_tool_use_id"] = null,
            ["session_id"] = "default",
        }, stop);
        await using var answers = new PendingAnswers(stop);
        await foreach (var message in pipe.ReadAsync(stop))
        {
            switch (message.Text("type"))
            {
                case "system" when message.Text("subtype") == "init":
                    await turn.Watch.OnSession(message.Text("session_id"));
                    break;
                case "system" when message.Text("subtype") == "api_retry":
                    turn.Watch.OnLine($"… its model did not answer ({message.Part("error_status")} {message.Text("error")}); it tries again");
                    break;
                case "stream_event":
                    Stream(message, turn.Watch);
                    break;
                case "assistant":
                    Tools(message, turn.Watch);
                    break;
                case "control_request":
                    answers.Add(cancel => AnswerAsync(pipe, turn, message, cancel), (why, cancel) => pipe.SendAsync(Response(message, Answered(Denial(why))), cancel));
                    break;
                case "result":
                    return Result(message, turn);
            }
        }

        throw pipe.Complaint.Contains("No conversation found", StringComparison.Ordinal) ? new LostSessionException() : new ToolException("");
    }

    public override Task CancelAsync(AgentPipe pipe, CancellationToken stop) => pipe.SendAsync(Control("stop", new JsonObject { ["subtype"] = "interrupt" }), stop);

    private static JsonObject Control(string id, JsonObject request) => new() { ["type"] = "control_request", ["request_id"] = id, ["request"] = request };

    private static void Stream(JsonElement message, CodingWatch watch)
    {
        // What a helper of the agent says to it is not the answer.
        if (message.Text("parent_tool_use_id").Length == 0 && message.Part("event") is { } happened)
        {
            switch (happened.Text("type"))
            {
                case "content_block_delta" when happened.Part("delta") is { } delta && delta.Text("type") == "text_delta":
                    watch.OnText(delta.Text("text"));
                    break;
                case "message_stop":
                    watch.OnText("\n");
                    break;
            }
        }
    }

    private static void Tools(JsonElement message, CodingWatch watch)
    {
        foreach (var block in message.Part("message")?.Items("content").Where(block => block.Text("type") == "tool_use") ?? [])
        {
            watch.OnLine(Heard.Line(block.Text("name"), block.Part("input")));
        }
    }

    private static async Task AnswerAsync(AgentPipe pipe, CodingTurn turn, JsonElement message, CancellationToken stop)
    {
        if (message.Part("request") is not { } request)
        {
            return;
        }

        var answer = request.Text("subtype") switch
        {
            "hook_callback" => new JsonObject
            {
                ["hookSpecificOutput"] = new JsonObject { ["hookEventName"] = "PreToolUse", ["permissionDecision"] = "ask", ["permissionDecisionReason"] = "The machine's owner decides." },
            },
            "can_use_tool" => await PermitAsync(turn, request, stop),
            _ => null,
        };
        await pipe.SendAsync(
            Response(message, answer is null ? new JsonObject { ["subtype"] = "error", ["error"] = $"Not supported: {request.Text("subtype")}" } : Answered(answer)), stop);
    }

    private static JsonObject Response(JsonElement message, JsonObject response)
    {
        response["request_id"] = message.Text("request_id");
        return new JsonObject { ["type"] = "control_response", ["response"] = response };
    }

    private static JsonObject Answered(JsonObject answer) => new() { ["subtype"] = "success", ["response"] = answer };

    private static JsonObject Denial(string why) => new() { ["behavior"] = "deny", ["message"] = why };

    private static async Task<JsonObject> PermitAsync(CodingTurn turn, JsonElement request, CancellationToken stop)
    {
        var input = request.Part("input") ?? default;
        var refusal = ClaudeTools.Of(request.Text("tool_use_id"), request.Text("tool_name"), input) is { } wanted ? await turn.Watch.PermitAsync(wanted, stop) : null;
        return refusal is null
            ? new JsonObject { ["behavior"] = "allow", ["updatedInput"] = Heard.Copy(input) ?? [] }
            : Denial(refusal);
    }

    private static string Result(JsonElement message, CodingTurn turn)
    {
        if (message.Text("subtype") == "success" && !message.Truth("is_error"))
        {
            return message.Text("result");
        }

        var errors = string.Join(' ', message.Items("errors").Where(error => error.ValueKind == JsonValueKind.String).Select(error => error.GetString()));
        if (turn.Resume is not null && errors.Contains("No conversation found", StringComparison.Ordinal))
        {
            throw new LostSessionException();
        }

        throw new ToolException(message.Text("result") is { Length: > 0 } said ? said : errors.Length > 0 ? errors : $"It ended with {message.Text("subtype")}.");
    }
}
