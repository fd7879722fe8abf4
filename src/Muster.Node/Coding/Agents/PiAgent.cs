using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Agents.Tools;

namespace Muster.Node.Coding.Agents;

/// <summary>pi in its RPC mode. It asks nobody by itself, so an extension has it ask before each of its tools.</summary>
internal sealed class PiAgent : CodingAgent
{
    private const string Question = "muster:permission";
    private const string Gate = "muster-gate.ts";
    private const string Settings = ".pi";
    private const string Conversations = "pi-sessions";
    private static readonly string[] _untrusted = ["--no-context-files", "--no-skills", "--no-prompt-templates", "--no-themes"];

    public override IReadOnlyDictionary<string, string> Variables { get; } = new Dictionary<string, string>(StringComparer.Ordinal) { ["PI_OFFLINE"] = "1" };

    public override IReadOnlyList<string> Arguments(CodingTurn turn) =>
    [
        "--mode", "rpc", "--session-dir", Path.Combine(turn.Home, Conversations), .. turn.Resume is null ? Array.Empty<string>() : ["--continue"],
        "--no-extensions", "--extension", Path.Combine(turn.Home, Gate), .. turn.Trusted ? [] : _untrusted,
    ];

    /// <summary>Its settings name a shell, a line before each command, and packages; it has no switch for them.</summary>
    public override string? ProjectSettings => Settings;

    public override void Prepare(AgentHome home)
    {
        // Its settings can name commands that are run unasked, and it could have written them: only the person's, which it is shown read-only, count.
        home.Remove(Settings);
        home.Remove(".agents");
        home.MakePlain(Conversations);
        home.Remove(Gate);
        using var resource = typeof(PiAgent).Assembly.GetManifestResourceStream(Gate)!;
        using var file = new FileStream(home.At(Gate), FileMode.CreateNew);
        resource.CopyTo(file);
    }

    public override async Task<string> PromptAsync(AgentPipe pipe, CodingTurn turn, CancellationToken stop)
    {
        await pipe.SendAsync(new JsonObject { ["id"] = "state", ["type"] = "get_state" }, stop);
        await using var answers = new PendingAnswers(stop);
        await foreach (var message in pipe.ReadAsync(stop))
        {
            switch (message.Text("type"))
            {
                case "response" when !message.Truth("success"):
                    throw new ToolException(message.Text("error"));
                case "response" when message.Text("id") == "state":
                    await BeginAsync(pipe, turn, message.Part("data")?.Text("sessionId") ?? "", stop);
                    break;
                case "message_update" when message.Part("assistantMessageEvent") is { } update && update.Text("type") == "text_delta":
                    turn.Watch.OnText(update.Text("delta"));
                    break;
                case "message_end":
                    turn.Watch.OnText("\n");
                    break;
                case "tool_execution_start":
                    turn.Watch.OnLine(Heard.Line(message.Text("toolName"), message.Part("args")));
                    break;
                case "auto_retry_start":
                    turn.Watch.OnLine($"… its model did not answer ({message.Text("errorMessage")}); it tries again");
                    break;
                case "extension_ui_request" when message.Text("method") is "input" or "select" or "confirm" or "editor":
                    answers.Add(cancel => AnswerAsync(pipe, turn, message, cancel), (why, cancel) => pipe.SendAsync(Answer(message, why), cancel));
                    break;
                case "agent_end" when !message.Truth("willRetry"):
                    return Result(message);
            }
        }

        throw new ToolException("");
    }

    public override Task CancelAsync(AgentPipe pipe, CancellationToken stop) => pipe.SendAsync(new JsonObject { ["type"] = "abort" }, stop);

    // It goes on with whatever conversation lies there, and begins one where none does.
    private static async Task BeginAsync(AgentPipe pipe, CodingTurn turn, string session, CancellationToken stop)
    {
        if (turn.Resume is { } known && session != known)
        {
            throw new LostSessionException();
        }

        await turn.Watch.OnSession(session);
        await pipe.SendAsync(new JsonObject { ["id"] = "prompt", ["type"] = "prompt", ["message"] = turn.Prompt }, stop);
    }

    private static async Task AnswerAsync(AgentPipe pipe, CodingTurn turn, JsonElement message, CancellationToken stop)
    {
        if (message.Text("title") != Question)
        {
            // Nobody sits before it.
            await pipe.SendAsync(new JsonObject { ["type"] = "extension_ui_response", ["id"] = message.Text("id"), ["cancelled"] = true }, stop);
            return;
        }

        var call = JsonElement.Parse(message.Text("placeholder"));
        await pipe.SendAsync(Answer(message, await turn.Watch.PermitAsync(Of(call.Text("id"), call.Text("tool"), call.Part("input") ?? default), stop) ?? "allow"), stop);
    }

    /// <param name="said">allow, or why not.</param>
    private static JsonObject Answer(JsonElement message, string said) => new() { ["type"] = "extension_ui_response", ["id"] = message.Text("id"), ["value"] = said };

    private static CodingRequest Of(string id, string tool, JsonElement input) => tool switch
    {
        "bash" => new CodingRequest(id, "shell", new JsonObject { ["command"] = input.Text("command") }),
        "read" => ClaudeTools.Path(id, "file_read", PathOf(input)),
        "grep" or "find" or "ls" => ClaudeTools.Path(id, "file_search", PathOf(input)),
        "write" => ClaudeTools.Change(id, "file_write", PathOf(input), "", input.Text("content")),
        "edit" => ClaudeTools.Change(
            id, "file_edit", PathOf(input),
            string.Join('\n', input.Items("edits").Select(edit => edit.Text("oldText")).Append(input.Text("oldText")).Where(text => text.Length > 0)),
            string.Join('\n', input.Items("edits").Select(edit => edit.Text("newText")).Append(input.Text("newText")).Where(text => text.Length > 0))),
        _ => new CodingRequest(id, "pi:" + tool, Heard.Copy(input) ?? []),
    };

    /// <summary>As its tools read it: without an @ before it, and with any space for a space.</summary>
    private static string PathOf(JsonElement input)
    {
        var path = input.Text("path");
        return new string([.. (path.StartsWith('@') ? path[1..] : path).Select(letter => char.GetUnicodeCategory(letter) == UnicodeCategory.SpaceSeparator ? ' ' : letter)]);
    }

    /// <summary>The text of the last answer; its failure where that is what it came to.</summary>
    private static string Result(JsonElement message)
    {
        var last = message.Items("messages").LastOrDefault(said => said.Text("role") == "assistant");
        return last.Text("stopReason") is "error" or "aborted"
            ? throw new ToolException(last.Text("errorMessage") is { Length: > 0 } error ? error : "It was broken off.")
            : string.Concat(last.Items("content").Where(block => block.Text("type") == "text").Select(block => block.Text("text")));
    }
}
