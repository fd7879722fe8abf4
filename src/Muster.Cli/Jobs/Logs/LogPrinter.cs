using Muster.Cli.Terminal;
using Muster.Client.Jobs;

namespace Muster.Cli.Jobs.Logs;

/// <summary>A task's log on standard output: as it is in a pipe, without what would harm a terminal on one.</summary>
internal sealed class LogPrinter(CommandContext context, string task)
{
    private readonly ColourOnly _clean = new(context.Surroundings.Colour);
    private readonly LogLines _lines = new(task);
    private readonly ByteOutput _raw = new(context.Surroundings.OutBytes, context.Surroundings.Out);
    private int _attempt;
    private long _end;

    public void Print(LogChunk chunk)
    {
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, _lines.Of(chunk));
            return;
        }

        Tell(chunk);
        if (context.Surroundings.Interactive)
        {
            context.Surroundings.Out.Write(_clean.Clean(chunk.Bytes.Span));
            context.Surroundings.Out.Flush();
        }
        else
        {
            _raw.Write(chunk.Bytes.Span);
        }
    }

    public void End()
    {
        if (context.Surroundings.Interactive && !context.Json)
        {
            context.Surroundings.Out.Write(_clean.End());
        }
    }

    private void Tell(LogChunk chunk)
    {
        if (chunk.Attempt != _attempt)
        {
            if (chunk.Attempt > 1)
            {
                context.Printer.Note($"— attempt {chunk.Attempt} —");
            }

            (_attempt, _end) = (chunk.Attempt, 0);
        }

        if (chunk.Offset > _end)
        {
            context.Printer.Note($"… {JobText.Bytes(chunk.Offset - _end)} are not shown live; they are in the log once the attempt is over …");
        }

        _end = chunk.End;
    }
}
