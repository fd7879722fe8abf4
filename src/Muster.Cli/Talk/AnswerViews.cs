using System.Text.Json;
using Muster.Cli.Terminal;
using Muster.Client;

namespace Muster.Cli.Talk;

/// <summary>How an answer is shown as it comes.</summary>
internal interface IAnswerView
{
    void Show(MusterEvent e);

    /// <summary>No more events: leave the terminal as it should be. May be called twice.</summary>
    void End();
}

internal static class AnswerViews
{
    /// <param name="several">There are machines to choose from, so which one answers is worth a line.</param>
    public static IAnswerView For(CommandContext context, bool several) => context switch
    {
        { Json: true } => new JsonAnswer(context.Surroundings.Out),
        { Surroundings.Interactive: true } => new TerminalAnswer(new StreamScreen(context.Surroundings.Out), context.Surroundings.Colour, context.Time) { Several = several },
        _ => new PlainAnswer(context.Surroundings, several),
    };
}

/// <summary>One event per line.</summary>
internal sealed class JsonAnswer(TextWriter output) : IAnswerView
{
    public void Show(MusterEvent e)
    {
        output.WriteLine(e.ToJson());
        output.Flush();
    }

    public void End() => output.Flush();
}

/// <summary>The sentences for tools, approvals and endings that all views share.</summary>
internal static class ToolLine
{
    private static readonly string[] _telling = ["command", "path", "query", "pattern", "url", "name", "objective", "project", "prompt", "text"];

    /// <summary>The tool and its most telling argument on one line.</summary>
    public static string Title(string tool, JsonElement arguments)
    {
        if (arguments.ValueKind == JsonValueKind.Object)
        {
            foreach (var name in _telling)
            {
                if (arguments.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
                {
                    return $"{tool} {FirstLine(value.GetString())}";
                }
            }
        }

        return tool;
    }

    public static string Chosen(Routed routed) => $"{routed.Node}: {FirstLine(routed.Reason)}";

    /// <summary>The offline rules answer, or a coding session does: what a tool says is their answer, so it need not be shown before.</summary>
    public static bool IsByRules(AgentStart start) => start.Model is "offline" or "direct";

    /// <summary>Another try follows, or the run has failed.</summary>
    public static bool BrokeOff(ThreadMessage message) => message.StopReason is "error" or "aborted";

    public static string FirstLine(string? text)
    {
        var clean = Ansi.Harmless(text ?? "").Trim();
        var end = clean.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? clean : clean[..end].TrimEnd() + " …";
    }

    /// <summary>What a tool printed last.</summary>
    public static string LastLine(string text)
    {
        var clean = Ansi.Harmless(text).TrimEnd();
        return clean[(clean.LastIndexOf('\n') + 1)..].Trim();
    }

    public static string Waiting(ApprovalChanged waiting) =>
        $"{Ansi.Visible(Title(waiting.Approval.Tool, waiting.Approval.Arguments))}{(waiting.Approval.Node is null ? "" : " on " + Ansi.Visible(waiting.Approval.Node))} waits for your yes ({Ansi.Visible(FirstLine(waiting.Approval.Reason)).TrimEnd('.')}). Answer on the hub's page, or at another terminal: muster approve {Conversations.ConversationCommands.Short(waiting.Approval.Id)}";

    public static string Ending(AgentEnd end) => end.Outcome switch
    {
        "aborted" => "Stopped.",
        "turn_limit" => "The run reached its limit of turns. Ask it to go on with: muster ask -c \"go on\"",
        "interrupted" => "The run was interrupted: its machine restarted or was lost. " + end.Error,
        _ => Ansi.Harmless(end.Error ?? "The run failed without a reason; see: muster logs"),
    };
}
