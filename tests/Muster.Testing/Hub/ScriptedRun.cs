using Muster.Protocol.Wire;

namespace Muster.Testing.Hub;

/// <summary>What a machine says of a run, as the assistant there would.</summary>
public static class ScriptedRun
{
    public static Frame Assistant(Forward run, string id, string text) => ScriptedNode.Event(
        run, "message_end",
        $$$"""{"run_id":"{{{run.RunId}}}","message":{"role":"assistant","id":"{{{id}}}","at":"2026-01-01T00:00:00Z","model":"rules","stop_reason":"stop","content":[{"type":"text","text":"{{{text}}}"}]}}""");

    public static Frame User(Forward run, string id, string text) => ScriptedNode.Event(
        run, "message_end",
        $$$"""{"run_id":"{{{run.RunId}}}","message":{"role":"user","id":"{{{id}}}","at":"2026-01-01T00:00:00Z","content":[{"type":"text","text":"{{{text}}}"}]}}""");

    public static Frame End(Forward run, string outcome = "completed") => ScriptedNode.Event(
        run, "agent_end", $$$"""{"run_id":"{{{run.RunId}}}","outcome":"{{{outcome}}}","usage":{"input":1,"output":1}}""");

    /// <summary>Shows the message and answers it, as one whole run.</summary>
    public static Task AnswerAsync(this ScriptedNode node, Forward run, string text) =>
        node.SayAsync(User(run, run.MessageId, run.Text), Assistant(run, "a" + run.RunId, text), End(run));

    public static async Task<Forward> ForwardAsync(this ScriptedNode node, CancellationToken cancel)
    {
        while (true)
        {
            if ((await node.ReceiveAsync(cancel)).Forward is { } forward)
            {
                return forward;
            }
        }
    }
}
