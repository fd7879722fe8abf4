using Muster.Cli.Jobs.Logs;
using Muster.Cli.Terminal;
using Muster.Client.Jobs;
using Muster.Protocol.Ids;

namespace Muster.Cli.Jobs.Running;

/// <summary>
/// What the command prints: its bytes as they are, each on the stream that it was printed on. What went by too fast to come live is made up
/// for from the log at the end where a program reads it; a person at a terminal is told instead.
/// </summary>
internal sealed class RunOutput(CommandContext context, JobClient jobs, string job)
{
    private readonly ByteOutput _out = new(context.Surroundings.OutBytes, context.Surroundings.Out);
    private readonly ByteOutput _error = new(context.Surroundings.ErrorBytes, context.Surroundings.Error);
    private readonly LogLines _lines = new(TaskIds.Of(Id<Job>.Parse(job), 0).ToString());

    /// <summary>Where stderr was, of what came after a gap: the log itself does not tell.</summary>
    private readonly List<(long From, long To)> _stderr = [];
    private int _attempt;
    private long _end;
    private bool _behind;

    public async Task PrintAsync(CancellationToken cancellationToken)
    {
        await foreach (var chunk in jobs.LogsAsync(job, follow: true, cancellationToken))
        {
            Take(chunk);
        }
    }

    /// <summary>Once the task is over.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (!_behind)
        {
            return;
        }

        await foreach (var chunk in jobs.LogsAsync(job, follow: false, cancellationToken))
        {
            if (chunk.Attempt == _attempt && chunk.End > _end)
            {
                var known = (int)Math.Max(0, _end - chunk.Offset);
                Fill(chunk.Offset + known, chunk.Bytes[known..]);
            }
        }
    }

    private void Take(LogChunk chunk)
    {
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, _lines.Of(chunk));
            return;
        }

        if (chunk.Attempt != _attempt)
        {
            (_attempt, _end, _behind) = (chunk.Attempt, 0, false);
            _stderr.Clear();
        }

        if (chunk.Offset > _end && !_behind)
        {
            if (context.Surroundings.Interactive)
            {
                context.Printer.Note($"… {JobText.Bytes(chunk.Offset - _end)} went by too fast to be shown; all of it: muster job logs {JobText.Short(job)}");
            }
            else
            {
                _behind = true;
            }
        }

        if (!_behind)
        {
            (chunk.Stderr ? _error : _out).Write(chunk.Bytes.Span);
            _end = chunk.End;
        }
        else if (chunk.Stderr)
        {
            _stderr.Add((chunk.Offset, chunk.End));
        }
    }

    private void Fill(long offset, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var stderr = _stderr.FirstOrDefault(range => range.To > offset);
            var inside = stderr.To > 0 && stderr.From <= offset;
            var until = inside ? stderr.To : stderr.To > 0 ? stderr.From : long.MaxValue;
            var length = (int)Math.Min(bytes.Length, until - offset);
            (inside ? _error : _out).Write(bytes.Span[..length]);
            (offset, bytes) = (offset + length, bytes[length..]);
        }

        _end = offset;
    }
}
