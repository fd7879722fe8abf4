using System.Text;
using Muster.Client.Jobs;

namespace Muster.Cli.Jobs.Logs;

/// <summary>Pieces of a log as --json prints them: text, though a piece may end in the middle of a letter.</summary>
/// <param name="task">Its id.</param>
internal sealed class LogLines(string task)
{
    private readonly Decoder _out = Encoding.UTF8.GetDecoder();
    private readonly Decoder _error = Encoding.UTF8.GetDecoder();

    public EventLine Of(LogChunk chunk)
    {
        var decoder = chunk.Stderr ? _error : _out;
        var letters = new char[decoder.GetCharCount(chunk.Bytes.Span, flush: false)];
        decoder.GetChars(chunk.Bytes.Span, letters, flush: false);
        return new EventLine("log") { TaskId = task, Attempt = chunk.Attempt, Offset = chunk.Offset, Stderr = chunk.Stderr, Text = new string(letters) };
    }
}
