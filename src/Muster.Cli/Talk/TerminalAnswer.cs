using System.Globalization;
using Muster.Cli.Terminal;
using Muster.Client;

namespace Muster.Cli.Talk;

/// <summary>Streams an answer for a person: text with light Markdown, each tool call as one dim line that ends in ✓ or ✗.</summary>
internal sealed class TerminalAnswer(IScreen screen, bool colour, TimeProvider time) : IAnswerView
{
    private readonly Dictionary<string, (string Title, long Started)> _tools = [];
    private readonly MarkdownStream _markdown = new(colour, screen.Width - 1);
    private string? _open;
    private string _openLine = "";
    private bool _text;
    private bool _rules;

    /// <summary>There are machines to choose from, so which one answers is worth a line.</summary>
    public bool Several { get; set; }

    public void Show(MusterEvent e)
    {
        switch (e)
        {
            case Routed { Steered: false, Node: not null } routed when Several:
                Line(Ansi.Dim, ToolLine.Chosen(routed));
                break;
            case AgentStart start:
                _rules = ToolLine.IsByRules(start);
                break;
            case MessageUpdate { Kind: "text" } update:
                Text(update.Delta);
                break;
            case MessageEnd { Message: { Role: "assistant" } message }:
                var told = _text && ToolLine.BrokeOff(message);
                EndText();
                if (told)
                {
                    Line(Ansi.Dim, "The answer broke off here.");
                }

                break;
            case ToolStart tool:
                StartTool(tool);
                break;
            case ToolUpdate update when _open == update.ToolCallId && _tools.TryGetValue(update.ToolCallId, out var working):
                _openLine = Painted(Ansi.Dim, Fitted($"▸ {working.Title} … {ToolLine.LastLine(update.Text)}"));
                screen.Rewrite(_openLine);
                break;
            case ToolEnd tool:
                EndTool(tool);
                break;
            case Notice notice:
                EndText();
                Line(notice.Level switch { "error" => Ansi.Red, "warning" => Ansi.Yellow, _ when notice.ReplyTo is null => Ansi.Dim, _ => "" }, Ansi.Harmless(notice.Text));
                break;
            case FileSent file:
                EndText();
                Line("", SentFiles.Line(file));
                break;
            case ApprovalChanged { Approval.State: "waiting" } waiting:
                Line(Ansi.Yellow, ToolLine.Waiting(waiting));
                break;
            case AgentEnd { Outcome: "aborted" } when StopIsTold:
                EndText();
                StopIsTold = false;
                break;
            case AgentEnd { Outcome: not "completed" } end:
                EndText();
                Line(end.Outcome == "aborted" ? Ansi.Dim : Ansi.Red, ToolLine.Ending(end));
                break;
        }
    }

    /// <summary>A receipt says that it stopped; the run's own end need not.</summary>
    public bool StopIsTold { get; set; }

    /// <summary>A line that comes in between: above the tool that is at work, below text.</summary>
    public void Interject(string line)
    {
        if (_open is null)
        {
            End();
            screen.Write(line + "\n");
        }
        else
        {
            screen.Rewrite(line + "\n" + _openLine);
        }
    }

    public void End()
    {
        EndText();
        CloseLine();
    }

    private void Text(string delta)
    {
        CloseLine();
        _text = true;
        _markdown.Width = screen.Width - 1;
        screen.Write(_markdown.Write(delta));
    }

    private void EndText()
    {
        if (_text)
        {
            screen.Write(_markdown.Flush() + "\n");
            _text = false;
        }
    }

    private void StartTool(ToolStart tool)
    {
        EndText();
        CloseLine();
        var title = ToolLine.Title(tool.ToolName, tool.Args);
        _tools[tool.ToolCallId] = (title, time.GetTimestamp());
        _openLine = Painted(Ansi.Dim, Fitted("▸ " + title + " …"));
        screen.Write(_openLine);
        _open = tool.ToolCallId;
    }

    private void EndTool(ToolEnd tool)
    {
        var (title, started) = _tools.Remove(tool.ToolCallId, out var known) ? known : (tool.ToolName, time.GetTimestamp());
        var took = time.GetElapsedTime(started).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        var suffix = tool.IsError ? " ✗" + (_rules ? "" : " " + ToolLine.FirstLine(tool.Text)) : $" ✓ {took} s";
        var line = Painted(tool.IsError ? Ansi.Red : Ansi.Dim, Fitted("▸ " + title, suffix)) + "\n";
        if (_open == tool.ToolCallId)
        {
            screen.Rewrite(line);
            _open = null;
            return;
        }

        EndText();
        CloseLine();
        screen.Write(line);
    }

    private void Line(string style, string text)
    {
        CloseLine();
        screen.Write(Painted(style, WordWrap.Of(text, screen.Width - 1, "")) + "\n");
    }

    /// <summary>A tool line that is followed by something else stays as it is; its end gets a line of its own.</summary>
    private void CloseLine()
    {
        if (_open is not null)
        {
            screen.Write("\n");
            _open = null;
        }
    }

    private string Fitted(string text, string suffix = "")
    {
        var room = Math.Max(20, screen.Width - 1);
        suffix = Columns.Cut(suffix, room / 2);
        return Columns.Cut(text, room - Columns.Of(suffix)) + suffix;
    }

    private string Painted(string style, string text) => colour && style.Length > 0 ? style + text + Ansi.Reset : text;
}
