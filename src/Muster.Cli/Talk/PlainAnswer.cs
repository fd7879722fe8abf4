using Muster.Cli.Terminal;
using Muster.Client;

namespace Muster.Cli.Talk;

/// <summary>The answer alone on standard output; what led to it on standard error.</summary>
internal sealed class PlainAnswer(Surroundings surroundings, bool several) : IAnswerView
{
    private bool _rules;
    private string _broken = "";

    public void Show(MusterEvent e)
    {
        switch (e)
        {
            case Routed { Steered: false, Node: not null } routed when several:
                surroundings.Error.WriteLine(ToolLine.Chosen(routed));
                break;
            case AgentStart start:
                _rules = ToolLine.IsByRules(start);
                break;
            case MessageEnd { Message: { Role: "assistant" } message }:
                Say(message);
                break;
            case ToolStart tool:
                surroundings.Error.WriteLine("▸ " + ToolLine.Title(tool.ToolName, tool.Args));
                break;
            case ToolEnd { IsError: true } tool when !_rules:
                surroundings.Error.WriteLine($"✗ {tool.ToolName}: {ToolLine.FirstLine(tool.Text)}");
                break;
            case Notice notice:
                (notice.ReplyTo is not null && notice.Level is not "error" ? surroundings.Out : surroundings.Error).WriteLine(Ansi.Harmless(notice.Text));
                break;
            case FileSent file:
                surroundings.Error.WriteLine(SentFiles.Line(file));
                break;
            case ApprovalChanged { Approval.State: "waiting" } waiting:
                surroundings.Error.WriteLine(ToolLine.Waiting(waiting));
                break;
            case AgentEnd { Outcome: not "completed" } end:
                Note(_broken);
                surroundings.Error.WriteLine(ToolLine.Ending(end));
                break;
        }
    }

    public void End() => surroundings.Out.Flush();

    /// <summary>An answer that broke off is tried again from its beginning: only what is left in the end is worth showing.</summary>
    private void Say(ThreadMessage message)
    {
        var text = Ansi.Harmless(message.Text).TrimEnd();
        if (ToolLine.BrokeOff(message))
        {
            _broken = text;
        }
        else if (message.Content.Any(part => part.Type == "tool_call"))
        {
            Note(text);
        }
        else if (text.Length > 0)
        {
            surroundings.Out.WriteLine(text);
        }
    }

    private void Note(string text)
    {
        if (text.Length > 0)
        {
            surroundings.Error.WriteLine(text);
        }
    }
}
