using System.Runtime.ExceptionServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Muster.Node.Sandbox.Tasks.Native;

namespace Muster.Node.Sandbox.Tasks.Runs;

/// <summary>
/// Hands on what comes from two pipes until a process ends, and then what is still in them, all in one thread and one buffer.
/// While the receiver works nothing is read, so a flood waits in the pipe and its writer with it.
/// </summary>
internal sealed class OutputPump(SafeFileHandle stdout, SafeFileHandle stderr, SafeFileHandle process, ISandboxOutput output)
{
    private const int Process = 2;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly Waiting _waiting = new(stdout, stderr, process);
    private readonly StringBuilder _firstError = new();
    private int _open = 2;

    /// <summary>How stderr begins.</summary>
    public string FirstError => _firstError.ToString();

    /// <summary>What the receiver threw; it gets nothing any more.</summary>
    public ExceptionDispatchInfo? Failure { get; private set; }

    /// <returns>Once the process has ended or the receiver failed.</returns>
    public void Run()
    {
        while (Failure is null)
        {
            _ = _waiting.For(limit: null);
            Read();
            if (_waiting[Process])
            {
                return;
            }
        }
    }

    /// <summary>Everybody who could write has ended: this is the rest.</summary>
    public void Drain(TimeSpan patience)
    {
        _waiting.Forget(Process);
        while (_open > 0 && Failure is null && _waiting.For(patience))
        {
            Read();
        }
    }

    private void Read()
    {
        Read(0, stdout);
        Read(1, stderr);
    }

    private void Read(int index, SafeFileHandle pipe)
    {
        if (!_waiting[index])
        {
            return;
        }

        var count = Linux.Read(pipe, _buffer);
        if (count <= 0)
        {
            _waiting.Forget(index);
            _open--;
            return;
        }

        var bytes = _buffer.AsSpan(0, count);
        if (index == 1 && _firstError.Length < 400)
        {
            _firstError.Append(Encoding.UTF8.GetString(bytes[..Math.Min(400, count)]));
        }

        try
        {
            output.Write(index == 1, bytes);
        }
        catch (Exception failure)
        {
            Failure = ExceptionDispatchInfo.Capture(failure);
        }
    }
}
