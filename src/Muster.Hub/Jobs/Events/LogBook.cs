using System.Collections.Concurrent;
using System.Threading.Channels;
using Muster.Hub.Fleet;
using Muster.Hub.Jobs.Nodes;
using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Wire;

namespace Muster.Hub.Jobs.Events;

/// <summary>What running attempts print, while they run: the newest part of each, bounded, and whoever follows it.</summary>
internal sealed class LogBook
{
    private const int MostPerAttempt = 1 << 20;
    private const long MostAltogether = 64L << 20;
    private readonly ConcurrentDictionary<AttemptName, LiveLog> _logs = new();
    private long _bytes;

    public void Register(NodeDirectory nodes) => nodes.Observe(Frame.BodyOneofCase.AttemptLog, (node, frame) => Add(node, frame.AttemptLog));

    /// <summary>A running attempt's log from where it still is, and what follows.</summary>
    public LiveLog Open(AttemptName name) => _logs.GetOrAdd(name, _ => new LiveLog());

    public void Close(AttemptName name)
    {
        if (_logs.TryRemove(name, out var log))
        {
            Interlocked.Add(ref _bytes, -log.Size);
            log.End();
        }
    }

    private void Add(NodeSnapshot node, AttemptLog piece)
    {
        // A node can only fill what is bounded, and who may read it is decided by the job that the attempt belongs to.
        var log = _logs.GetOrAdd(PoolFrames.Name(piece.Ref), _ => new LiveLog());
        if (log.Node.Length > 0 && log.Node != node.Id.ToString())
        {
            return;
        }

        log.Node = node.Id.ToString();
        var grown = log.Add(new LogPiece((long)piece.Offset, piece.Stderr, piece.Bytes.Memory), MostPerAttempt);
        if (Interlocked.Add(ref _bytes, grown) > MostAltogether && _logs.Where(other => other.Value != log).MinBy(other => other.Value.Touched) is { Value: not null } oldest)
        {
            Close(oldest.Key);
        }
    }
}

/// <param name="Offset">Bytes that were printed before it.</param>
internal sealed record LogPiece(long Offset, bool Stderr, ReadOnlyMemory<byte> Bytes);

internal sealed class LiveLog
{
    private static long _clock;
    private readonly Lock _gate = new();
    private readonly Queue<LogPiece> _kept = new();
    private readonly List<Channel<LogPiece>> _readers = [];
    private bool _over;

    public string Node { get; set; } = "";

    public long Size { get; private set; }

    public long Touched { get; private set; }

    public long Add(LogPiece piece, int most)
    {
        lock (_gate)
        {
            var before = Size;
            Touched = Interlocked.Increment(ref _clock);
            _kept.Enqueue(piece);
            Size += piece.Bytes.Length;
            while (Size > most && _kept.Count > 1)
            {
                Size -= _kept.Dequeue().Bytes.Length;
            }

            _readers.RemoveAll(reader => !reader.Writer.TryWrite(piece) && reader.Writer.TryComplete());
            return Size - before;
        }
    }

    public ChannelReader<LogPiece> Follow()
    {
        lock (_gate)
        {
            var reader = Channel.CreateBounded<LogPiece>(Math.Max(4096, _kept.Count + 1024));
            foreach (var piece in _kept)
            {
                reader.Writer.TryWrite(piece);
            }

            if (_over)
            {
                reader.Writer.TryComplete();
            }
            else
            {
                _readers.Add(reader);
            }

            return reader.Reader;
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _over = true;
            _readers.ForEach(reader => reader.Writer.TryComplete());
            _readers.Clear();
        }
    }
}
