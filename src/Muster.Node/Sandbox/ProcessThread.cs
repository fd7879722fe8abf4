using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Muster.Agents.Tools;

namespace Muster.Node.Sandbox;

/// <summary>
/// One started process and the two threads that read it. bubblewrap dies with the thread that started it
/// (PR_SET_PDEATHSIG), so that thread must be one that stays: it reads stdout and waits for the end.
/// </summary>
internal sealed class ProcessThread
{
    private readonly TaskCompletionSource<Process> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stdoutClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stderrClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The two streams are read in a thread each, which is where their receivers are called.</summary>
    public ProcessThread(LaunchPlan plan, ByteSink stdout, ByteSink stderr)
    {
        StartThread("process", () => Own(plan, stdout));
        StartThread("process stderr", () =>
        {
            if (_started.Task.ContinueWith(start => start.IsCompletedSuccessfully, TaskScheduler.Default).GetAwaiter().GetResult())
            {
                Pump(_started.Task.Result.StandardError.BaseStream, stderr, _stderrClosed);
            }
        });
    }

    /// <summary>Fails with a <see cref="ToolException"/> when the program cannot be started.</summary>
    public Task<Process> Started => _started.Task;

    /// <summary>Both streams were read to their end. May stay open while something that the process left behind holds them.</summary>
    public Task Closed => Task.WhenAll(_stdoutClosed.Task, _stderrClosed.Task);

    private void Own(LaunchPlan plan, ByteSink stdout)
    {
        Process process;
        try
        {
            process = Start(plan);
        }
        catch (Exception failure) when (failure is Win32Exception or InvalidOperationException or IOException)
        {
            _started.SetException(new ToolException($"{plan.Program} could not be started: {failure.Message}"));
            return;
        }

        _started.SetResult(process);
        Pump(process.StandardOutput.BaseStream, stdout, _stdoutClosed);
        try
        {
            process.WaitForExit();
        }
        catch (InvalidOperationException)
        {
            // Whoever waited for it has let go of it: something that it left behind held its output until now.
        }
    }

    private static Process Start(LaunchPlan plan)
    {
        var info = new ProcessStartInfo(plan.Program, plan.Arguments)
        {
            WorkingDirectory = plan.WorkingDir,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment.Clear();
        foreach (var (name, value) in plan.Environment)
        {
            info.Environment[name] = value;
        }

        var process = Process.Start(info)!;
        if (plan.Input is { } input)
        {
            StartThread("process stdin", () => Feed(process.StandardInput.BaseStream, input));
        }
        else if (!plan.Talks)
        {
            process.StandardInput.Close();
        }

        return process;
    }

    private static void Feed(Stream stream, string input)
    {
        try
        {
            stream.Write(Encoding.UTF8.GetBytes(input));
            stream.Close();
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            // It ended without reading all of it; its exit tells how.
        }
    }

    private static void Pump(Stream stream, ByteSink into, TaskCompletionSource closed)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                into(buffer.AsSpan(0, read), last: false);
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            into(Encoding.UTF8.GetBytes($"\n[output lost: {failure.Message}]"), last: false);
        }

        into([], last: true);
        closed.SetResult();
    }

    private static void StartThread(string name, Action body) =>
        new Thread(() => body(), maxStackSize: 256 * 1024) { IsBackground = true, Name = name }.Start();
}

/// <param name="bytes">The reader's own again afterwards.</param>
/// <param name="last">The stream has ended; there are no more bytes.</param>
internal delegate void ByteSink(ReadOnlySpan<byte> bytes, bool last);
