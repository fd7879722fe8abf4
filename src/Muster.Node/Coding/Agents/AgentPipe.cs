using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Muster.Agents.Tools;
using Muster.Node.Sandbox;
using Process = System.Diagnostics.Process;

namespace Muster.Node.Coding.Agents;

/// <summary>
/// A process that speaks JSON, one value in a line, both ways. What it says faster than it is read waits in the process itself; a line
/// without an end is an error, not memory.
/// </summary>
internal sealed class AgentPipe : IAsyncDisposable
{
    private const int LongestLine = 16 * 1024 * 1024;
    private const int WaitingLines = 8;
    private const int StderrChars = 2_000;
    private static readonly TimeSpan _grace = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _goodbye = TimeSpan.FromSeconds(2);

    private readonly Channel<byte[]> _lines = Channel.CreateBounded<byte[]>(WaitingLines);
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly OutputBuffer _stderr = new(StderrChars);
    private readonly SemaphoreSlim _sending = new(1);
    private readonly ProcessThread _thread;
    private readonly LaunchPlan _plan;
    private readonly TimeProvider _time;
    private readonly Action _onHeard;
    private Process? _process;

    private AgentPipe(LaunchPlan plan, TimeProvider time, Action onHeard)
    {
        (_plan, _time, _onHeard) = (plan, time, onHeard);
        _thread = new ProcessThread(plan, Take, (bytes, last) => _stderr.Add(bytes, last));
    }

    /// <summary>Processes that had to be ended with it.</summary>
    public int Killed { get; private set; }

    /// <summary>What it complained of last.</summary>
    public string Complaint => _stderr.ToString().Trim();

    /// <param name="onHeard">Called whenever it says something; must be quick.</param>
    /// <exception cref="ToolException">It could not be started.</exception>
    public static async Task<AgentPipe> StartAsync(LaunchPlan plan, TimeProvider time, Action onHeard)
    {
        var pipe = new AgentPipe(plan with { Talks = true }, time, onHeard);
        pipe._process = await pipe._thread.Started;
        return pipe;
    }

    /// <summary>All that it says; lines that are no JSON object are left out. Ends with its output.</summary>
    public async IAsyncEnumerable<JsonElement> ReadAsync([EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var line in _lines.Reader.ReadAllAsync(stop))
        {
            if (Parse(line) is { } message)
            {
                yield return message;
            }
        }
    }

    public async Task SendAsync(JsonObject message, CancellationToken stop)
    {
        var line = Encoding.UTF8.GetBytes(message.ToJsonString() + "\n");
        await _sending.WaitAsync(stop);
        try
        {
            // A process that does not read would block this write, whatever token it is given.
            var stream = _process!.StandardInput.BaseStream;
            await Task.Run(async () =>
            {
                await stream.WriteAsync(line, CancellationToken.None);
                await stream.FlushAsync(CancellationToken.None);
            }, CancellationToken.None).WaitAsync(stop);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // It is ending; its output says how.
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Nothing more is said to it. Gives it a moment to end by itself.</summary>
    /// <returns>Its exit code; null when it goes on.</returns>
    public async Task<int?> LeaveAsync()
    {
        try
        {
            _process!.StandardInput.Close();
            await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(_goodbye, _time);
            return _process.ExitCode;
        }
        catch (Exception still) when (still is TimeoutException or IOException)
        {
            return null;
        }
    }

    /// <summary>Nothing of it is left afterwards.</summary>
    public async ValueTask DisposeAsync()
    {
        // Whoever still writes to the channel is let go.
        _lines.Writer.TryComplete();
        var process = _process!;
        Killed = process.HasExited ? 0 : await SandboxedProcess.EndAsync(process, _plan.Marker, _grace, _time) + 1;
        Killed += SandboxedProcess.Leftovers(process, _plan.Marker);
    }

    private void Take(ReadOnlySpan<byte> bytes, bool last)
    {
        _onHeard();
        while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            _line.Write(bytes[..end]);
            bytes = bytes[(end + 1)..];
            Put();
        }

        _line.Write(bytes);
        if (_line.WrittenCount > LongestLine)
        {
            _line.ResetWrittenCount();
            _lines.Writer.TryComplete(new ToolException($"It wrote a line of more than {LongestLine >> 20} MiB, which no answer has."));
        }

        if (last)
        {
            Put();
            _lines.Writer.TryComplete();
        }
    }

    private void Put()
    {
        var line = _line.WrittenSpan.ToArray();
        _line.ResetWrittenCount();
        while (line.Length > 0 && !_lines.Writer.TryWrite(line))
        {
            // On the thread that reads the process: it waits here, and so does the process.
            if (!_lines.Writer.WaitToWriteAsync(CancellationToken.None).AsTask().ContinueWith(wait => wait.IsCompletedSuccessfully && wait.Result, TaskScheduler.Default).GetAwaiter().GetResult())
            {
                return;
            }
        }
    }

    private static JsonElement? Parse(byte[] line)
    {
        try
        {
            return JsonElement.Parse(line) is { ValueKind: JsonValueKind.Object } message ? message : null;
        }
        catch (JsonException)
        {
            // Noise of a script, or of a shell's start-up: not for us.
            return null;
        }
    }
}
