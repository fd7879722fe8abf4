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
    public static IAnswerView For(CommandContext context) => context switch
    {
        { Json: true } => new JsonAnswer(context.Surroundings.Out),
        { Surroundings.Interactive: true } => new TerminalAnswer(new StreamScreen(context.Surroundings.Out), context.Surroundings.Colour, context.Time),
        _ => new PlainAnswer(context.Surroundings),
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

/// <summary>The answer alone on standard output; what led to it on standard error.</summary>
internal sealed class PlainAnswer(Surroundings surroundings) : IAnswerView
{
    public void Show(MusterEvent e)
    {
        switch (e)
        {
            case MessageEnd { Message: { Role: "assistant" } message }:
                var text = Ansi.Harmless(message.Text).TrimEnd();
                if (text.Length > 0)
                {
                    (message.Content.Any(part => part.Type == "tool_call") ? surroundings.Error : surroundings.Out).WriteLine(text);
                }

                break;
            case ToolStart tool:
                surroundings.Error.WriteLine("▸ " + ToolLine.Title(tool.ToolName, tool.Args));
                break;
            case ToolEnd { IsError: true } tool:
                surroundings.Error.WriteLine($"✗ {tool.ToolName}: {ToolLine.FirstLine(tool.Text)}");
                break;
            case Notice notice:
                (notice.ReplyTo is not null && notice.Level is not "error" ? surroundings.Out : surroundings.Error).WriteLine(Ansi.Harmless(notice.Text));
                break;
            case ApprovalChanged { Approval.State: "waiting" } waiting:
                surroundings.Error.WriteLine(ToolLine.Waiting(waiting));
                break;
            case AgentEnd { Outcome: not "completed" } end:
                surroundings.Error.WriteLine(ToolLine.Ending(end));
                break;
        }
    }

    public void End() => surroundings.Out.Flush();
}

/// <summary>The sentences for tools, approvals and endings that all views share.</summary>
internal static class ToolLine
{
    private static readonly string[] _telling = ["command", "path", "query", "pattern", "url", "name", "objective", "text"];

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

    public static string FirstLine(string? text)
    {
        var clean = Ansi.Harmless(text ?? "").Trim();
        var end = clean.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? clean : clean[..end].TrimEnd() + " …";
    }

    public static string Waiting(ApprovalChanged waiting) =>
        $"{Title(waiting.Approval.Tool, waiting.Approval.Arguments)} waits for your yes ({FirstLine(waiting.Approval.Reason)}). Answer on the hub's page; commands may not approve.";

    public static string Ending(AgentEnd end) => end.Outcome switch
    {
        "aborted" => "Stopped.",
        "turn_limit" => "The run reached its limit of turns. Ask it to go on with: muster ask -c \"go on\"",
        "interrupted" => "The run was interrupted: its machine restarted or was lost. " + end.Error,
        _ => Ansi.Harmless(end.Error ?? "The run failed without a reason; see: muster logs"),
    };
}
