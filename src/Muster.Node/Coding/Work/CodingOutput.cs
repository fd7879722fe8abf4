using System.Text;
using Muster.Agents.Tools;
using Muster.Node.Tools;

namespace Muster.Node.Coding.Work;

/// <summary>What watchers see of a prompt: the newest text, and a line for each tool.</summary>
internal sealed class CodingOutput(Action<ToolResult> update, TimeProvider time)
{
    private readonly ShellProgress _progress = new(update, time);
    private readonly StringBuilder _text = new();
    private readonly Lock _gate = new();
    private bool _midLine;

    /// <summary>Told each whole piece of the answer, once something else begins.</summary>
    public required Action<string> OnPiece { get; init; }

    public void Text(string text)
    {
        lock (_gate)
        {
            if (text.Length == 0 || (text == "\n" && !_midLine))
            {
                return;
            }

            _midLine = !text.EndsWith('\n');
            if (_text.Length < 1_000_000)
            {
                _text.Append(text);
            }

            _progress.Add(text);
        }
    }

    public void Line(string line)
    {
        lock (_gate)
        {
            End();
            _progress.Add((_midLine ? "\n" : "") + line + "\n");
            _midLine = false;
        }
    }

    /// <summary>Nothing more comes.</summary>
    public void End()
    {
        lock (_gate)
        {
            var piece = _text.ToString().Trim();
            _text.Clear();
            if (piece.Length > 0)
            {
                OnPiece(piece);
            }
        }
    }
}
