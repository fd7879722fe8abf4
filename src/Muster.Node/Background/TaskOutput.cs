using System.Text;

namespace Muster.Node.Background;

/// <summary>
/// What one call prints: its beginning in memory while that is little, else all of it in a file up to a bound, and the newest of it to
/// be looked at. A file of a process that is killed holds what had come by then.
/// </summary>
internal sealed class TaskOutput(string file, long most) : IDisposable
{
    private const int InMemory = 64 << 10;
    private const int Shown = 4_000;
    private readonly Lock _gate = new();
    private readonly StringBuilder _early = new();
    private readonly StringBuilder _newest = new();
    private long _most = most;
    private FileStream? _file;
    private long _bytes;
    private bool _printed;
    private bool _over;
    private bool _lost;

    /// <summary>Why not all of it could be kept, as a sentence; null: it could.</summary>
    public string? Problem { get; private set; }

    /// <summary>The last few thousand characters.</summary>
    public string Newest
    {
        get
        {
            lock (_gate)
            {
                return _newest.ToString();
            }
        }
    }

    /// <summary>From any thread, in the order in which it is to stand there.</summary>
    public void Add(string text)
    {
        lock (_gate)
        {
            _printed = true;
            Append(text);
        }
    }

    /// <summary>How a call stands that tells of its progress but prints nothing.</summary>
    public void Show(string text)
    {
        lock (_gate)
        {
            if (!_printed)
            {
                _newest.Clear().Append(text);
                Trim();
            }
        }
    }

    /// <summary>What the call itself gave, where it has printed nothing before.</summary>
    public void Result(string text)
    {
        lock (_gate)
        {
            if (!_printed)
            {
                _newest.Clear();
                Append(text);
            }
        }
    }

    /// <summary>From here on all of it goes to the file.</summary>
    public void Keep()
    {
        lock (_gate)
        {
            Open();
        }
    }

    /// <summary>The call ended in the foreground: nothing is kept.</summary>
    public void Discard()
    {
        Dispose();
        if (_file is not null)
        {
            System.IO.File.Delete(file);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _over = true;
            _file?.Dispose();
        }
    }

    private void Append(string text)
    {
        if (_over)
        {
            return;
        }

        _newest.Append(text);
        Trim();
        if (_lost)
        {
            return;
        }

        if (_file is null)
        {
            _early.Append(text);
            if (_early.Length > InMemory)
            {
                Open();
            }
        }
        else
        {
            Write(text);
        }
    }

    private void Trim()
    {
        if (_newest.Length > Shown)
        {
            var surplus = _newest.Length - Shown;
            _newest.Remove(0, surplus + (char.IsLowSurrogate(_newest[surplus]) ? 1 : 0));
        }
    }

    private void Open()
    {
        if (_file is null && !_over && !_lost)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                // Nothing is held back: what was printed is there when this process is killed.
                _file = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
                Write(_early.ToString());
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                (Problem, _lost) = ($"Its output could not be kept ({error.Message.TrimEnd('.')}).", true);
            }

            _early.Clear();
        }
    }

    private void Write(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var room = (int)Math.Max(0, Math.Min(bytes.Length, _most - _bytes));
        while (room > 0 && room < bytes.Length && (bytes[room] & 0xC0) == 0x80)
        {
            room--; // not in the middle of a character
        }

        try
        {
            _file!.Write(bytes, 0, room);
            _bytes += room;
        }
        catch (IOException error)
        {
            // The call goes on: only what it prints is not kept.
            (Problem, room) = ($"Its output could not be kept whole ({error.Message.TrimEnd('.')}).", 0);
        }

        if (room < bytes.Length)
        {
            Problem ??= $"Its output is longer than is kept (background.max_output): these are its first {_bytes} bytes.";
            _most = _bytes; // what follows would stand behind a gap
        }
    }
}
