using Google.Protobuf;
using Muster.Node.Sandbox.Tasks;
using Muster.Protocol.Wire;

namespace Muster.Node.Compute;

/// <summary>
/// What an attempt prints: kept whole in a file up to a bound, and told as it comes, a piece at a time. A flood is cut, and says so.
/// </summary>
internal sealed class AttemptLogBook(AttemptRef name, string file, Action<Frame> tell, TimeProvider time) : ISandboxOutput, IDisposable
{
    public const long Most = 64L << 20;
    private const int Piece = 32 << 10;
    private const int LivePerSecond = 256 << 10;
    private static readonly TimeSpan _every = TimeSpan.FromMilliseconds(150);

    private readonly Lock _gate = new();
    private readonly MemoryStream _untold = new();
    private FileStream? _kept;
    private bool _lastStderr;
    private long _told;
    private long _second;
    private int _thisSecond;
    private ITimer? _timer;

    /// <summary>Bytes that were printed, kept or not.</summary>
    public long Length { get; private set; }

    public void Write(bool stderr, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            Keep(bytes);
            if (stderr != _lastStderr)
            {
                TellRest();
                _lastStderr = stderr;
            }

            _untold.Write(bytes);
            Length += bytes.Length;
            if (_untold.Length >= Piece)
            {
                TellRest();
            }
            else
            {
                _timer ??= time.CreateTimer(_ => Flush(), null, _every, _every);
            }
        }
    }

    /// <summary>A line of the node's own among the task's.</summary>
    public void Say(string sentence) => Write(stderr: true, System.Text.Encoding.UTF8.GetBytes($"muster: {sentence}\n"));

    /// <summary>The whole log where it is short; null where it must be read from its file.</summary>
    public byte[]? Short(int most)
    {
        lock (_gate)
        {
            _kept?.Flush();
            return Length > most ? null : Length == 0 ? [] : File.ReadAllBytes(file);
        }
    }

    /// <summary>Brings the file up to here.</summary>
    public void Save()
    {
        lock (_gate)
        {
            _kept?.Flush();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _timer?.Dispose();
            TellRest();
            _kept?.Dispose();
            _kept = null;
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var room = Most - Length;
        if (room <= 0)
        {
            return;
        }

        _kept ??= new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.Read, 16 << 10);
        _kept.Write(bytes[..(int)Math.Min(room, bytes.Length)]);
        if (bytes.Length >= room)
        {
            _kept.Write(System.Text.Encoding.UTF8.GetBytes($"\nmuster: the log was cut here, at {Most >> 20} MiB\n"));
        }
    }

    private void Flush()
    {
        lock (_gate)
        {
            TellRest();
        }
    }

    /// <summary>Who watches a flood needs not see all of it: what is over the rate is only in the log.</summary>
    private void TellRest()
    {
        if (_untold.Length == 0)
        {
            return;
        }

        var second = time.GetUtcNow().ToUnixTimeSeconds();
        _thisSecond = second == _second ? _thisSecond : 0;
        _second = second;
        var size = (int)_untold.Length;
        if (_thisSecond + size <= LivePerSecond)
        {
            _thisSecond += size;
            tell(new Frame
            {
                AttemptLog = new AttemptLog
                {
                    Ref = name, Offset = (ulong)_told, Stderr = _lastStderr, Bytes = ByteString.CopyFrom(_untold.GetBuffer(), 0, size),
                },
            });
        }

        _told += size;
        _untold.SetLength(0);
    }
}
