using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Agents.Tools;

namespace Muster.Node.Coding.Agents;

/// <summary>Any agent that speaks the Agent Client Protocol, version 1. One of these serves one turn.</summary>
internal sealed class AcpAgent(string name) : CodingAgent
{
    private const int Version = 1;
    private const int LongestAnswer = 1_000_000;

    private readonly AcpCalls _calls = new();
    private readonly StringBuilder _answer = new();
    private readonly StringBuilder _sinceTool = new();
    private AcpPermissions? _permissions;
    private string? _session;

    // What an agent tells of a conversation that it takes up again was told before.
    private volatile bool _live;

    public override IReadOnlyList<string> Arguments(CodingTurn turn) => [];

    public override async Task<string> PromptAsync(AgentPipe pipe, CodingTurn turn, CancellationToken stop)
    {
        _permissions = new AcpPermissions(turn);
        var reading = Task.Run(() => ReadAsync(pipe, turn, stop), CancellationToken.None);
        try
        {
            var abilities = await InitializeAsync(pipe, stop);
            _session = await OpenAsync(pipe, turn, abilities, stop);
            await turn.Watch.OnSession(_session);
            _live = true;
            var end = await _calls.AskAsync(pipe, "session/prompt", new JsonObject
            {
                ["sessionId"] = _session,
                ["prompt"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = turn.Prompt }),
            }, stop);
            return Answer(end.Text("stopReason"));
        }
        catch (AcpException refused) when (refused.Code == AcpException.NotLoggedIn)
        {
            throw new ToolException($"{name} is not logged in. Log in with its own program on this machine, and see that it is shown its login (coding.agents.{name}.files).");
        }
        catch (AcpException refused)
        {
            throw new ToolException(refused.Message);
        }
        finally
        {
            if (reading.IsFaulted)
            {
                await reading;
            }
        }
    }

    public override Task CancelAsync(AgentPipe pipe, CancellationToken stop)
    {
        _permissions?.Cancel();
        return _session is null ? Task.CompletedTask : pipe.SendAsync(AcpCalls.Notification("session/cancel", new JsonObject { ["sessionId"] = _session }), stop);
    }

    private async Task<JsonElement> InitializeAsync(AgentPipe pipe, CancellationToken stop)
    {
        var met = await _calls.AskAsync(pipe, "initialize", new JsonObject
        {
            ["protocolVersion"] = Version,
            ["clientCapabilities"] = new JsonObject { ["fs"] = new JsonObject { ["readTextFile"] = true, ["writeTextFile"] = true }, ["terminal"] = false },
            ["clientInfo"] = new JsonObject { ["name"] = "muster", ["title"] = "Muster", ["version"] = "0.1.0" },
        }, stop);
        return met.Part("protocolVersion") is { ValueKind: JsonValueKind.Number } version && version.TryGetInt32(out var number) && number == Version
            ? met.Part("agentCapabilities") ?? default
            : throw new ToolException($"{name} speaks another version of the Agent Client Protocol than {Version}: update it, or Muster.");
    }

    /// <returns>The agent's id of the conversation.</returns>
    private async Task<string> OpenAsync(AgentPipe pipe, CodingTurn turn, JsonElement abilities, CancellationToken stop)
    {
        var where = new JsonObject { ["cwd"] = turn.Folder, ["mcpServers"] = new JsonArray() };
        if (turn.Resume is not { } known)
        {
            return (await _calls.AskAsync(pipe, "session/new", where, stop)).Text("sessionId");
        }

        var resumes = abilities.Part("sessionCapabilities")?.Part("resume") is { ValueKind: JsonValueKind.Object };
        if (!resumes && !abilities.Truth("loadSession"))
        {
            throw new LostSessionException();
        }

        where["sessionId"] = known;
        try
        {
            await _calls.AskAsync(pipe, resumes ? "session/resume" : "session/load", where, stop);
            return known;
        }
        catch (AcpException gone) when (gone.Code is AcpException.NotFound or AcpException.BadParameters)
        {
            throw new LostSessionException();
        }
    }

    private async Task ReadAsync(AgentPipe pipe, CodingTurn turn, CancellationToken stop)
    {
        await using var answers = new PendingAnswers(stop);
        try
        {
            await foreach (var message in pipe.ReadAsync(stop))
            {
                if (message.Part("method") is null)
                {
                    _calls.Take(message);
                }
                else if (message.Part("id") is { } id)
                {
                    answers.Add(cancel => ReplyAsync(pipe, turn, message, id, cancel), (why, cancel) => RefuseAsync(pipe, message, id, why, cancel));
                }
                else if (message.Text("method") == "session/update" && message.Part("params")?.Part("update") is { } update)
                {
                    Update(update, turn.Watch);
                }
            }

            _calls.End(new ToolException(""));
        }
        catch (Exception failure)
        {
            _calls.End(failure);
            throw;
        }
    }

    private void Update(JsonElement update, CodingWatch watch)
    {
        var kind = update.Text("sessionUpdate");
        if (kind is "tool_call" or "tool_call_update")
        {
            var isNew = _permissions!.Note(update);
            if (_live && isNew)
            {
                _sinceTool.Clear();
                watch.OnLine(Heard.Line(update.Text("kind") is { Length: > 0 } sort ? sort : "tool", JsonElement.Parse(new JsonObject { ["command"] = update.Text("title") }.ToJsonString())));
            }
        }
        else if (_live && kind == "agent_message_chunk" && update.Part("content") is { } content)
        {
            var text = content.Text("text");
            watch.OnText(text);
            Add(_answer, text);
            Add(_sinceTool, text);
        }
    }

    /// <summary>The end of a flood says more than its beginning.</summary>
    private static void Add(StringBuilder answer, string text)
    {
        answer.Append(text);
        if (answer.Length > 2 * LongestAnswer)
        {
            answer.Remove(0, answer.Length - LongestAnswer);
        }
    }

    private async Task ReplyAsync(AgentPipe pipe, CodingTurn turn, JsonElement message, JsonElement id, CancellationToken stop)
    {
        var reply = ReplyTo(id);
        try
        {
            var given = message.Part("params") ?? default;
            reply["result"] = message.Text("method") switch
            {
                "session/request_permission" => await _permissions!.AnswerAsync(given, stop),
                "fs/read_text_file" => await AcpFiles.ReadAsync(turn, given, stop),
                "fs/write_text_file" => await AcpFiles.WriteAsync(turn, given, stop),
                var method => throw new AcpException(AcpException.NoMethod, $"There is no method {method} here."),
            };
        }
        catch (AcpException refused)
        {
            reply["error"] = new JsonObject { ["code"] = refused.Code, ["message"] = refused.Message };
        }

        await pipe.SendAsync(reply, stop);
    }

    private Task RefuseAsync(AgentPipe pipe, JsonElement message, JsonElement id, string why, CancellationToken stop)
    {
        var reply = ReplyTo(id);
        if (message.Text("method") == "session/request_permission")
        {
            reply["result"] = _permissions!.Outcome(message.Part("params") ?? default, allowed: false);
        }
        else
        {
            reply["error"] = new JsonObject { ["code"] = AcpException.Internal, ["message"] = why };
        }

        return pipe.SendAsync(reply, stop);
    }

    private static JsonObject ReplyTo(JsonElement id) => new() { ["jsonrpc"] = "2.0", ["id"] = JsonNode.Parse(id.GetRawText()) };

    private string Answer(string stopReason)
    {
        var text = _sinceTool.ToString().Trim() is { Length: > 0 } last ? last : _answer.ToString().Trim();
        return stopReason switch
        {
            "end_turn" => text,
            "refusal" => throw new ToolException(text.Length > 0 ? $"It refused this request: {text}" : "It refused this request."),
            "max_tokens" or "max_turn_requests" => $"{text}\n\n[It stopped at a limit of its own: {stopReason}. Say \"go on\" to have it continue.]",
            _ => throw new ToolException($"It ended with {(stopReason.Length > 0 ? stopReason : "no reason")}."),
        };
    }
}
