using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Muster.Testing.Processes;

/// <summary>A real <c>muster</c> process with a home and an environment of its own.</summary>
public sealed class MusterProcess : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly List<(Regex Pattern, TaskCompletionSource<Match> Found)> _waits = [];

    private MusterProcess(Process process) => _process = process;

    public static string Program { get; } =
        Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "muster.exe" : "muster");

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output
    {
        get
        {
            lock (_gate)
            {
                return _output.ToString();
            }
        }
    }

    public string Error
    {
        get
        {
            lock (_gate)
            {
                return _error.ToString();
            }
        }
    }

    /// <summary>Starts in the home's work folder, with nothing in the environment but PATH, HOME, DOTNET_ROOT and what is given.</summary>
    public static MusterProcess Start(string home, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        var start = new ProcessStartInfo(Program, ["--home", home, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = folder ?? Directory.CreateDirectory(Path.Combine(home, "work")).FullName,
        };
        string[] kept = ["PATH", "HOME", "DOTNET_ROOT", "TMPDIR", "SystemRoot"];
        var inherited = kept.ToDictionary(name => name, Environment.GetEnvironmentVariable);
        start.Environment.Clear();
        foreach (var (name, value) in inherited.Where(pair => pair.Value is not null))
        {
            start.Environment[name] = value;
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var running = new MusterProcess(new Process { StartInfo = start });
        running._process.OutputDataReceived += (_, line) => running.Take(running._output, line.Data);
        running._process.ErrorDataReceived += (_, line) => running.Take(running._error, line.Data);
        running._process.Start();
        running._process.BeginOutputReadLine();
        running._process.BeginErrorReadLine();
        return running;
    }

    /// <summary>Runs to the end.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(
        string home, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? input = null, string? folder = null)
    {
        await using var process = Start(home, arguments, environment, folder);
        if (input is not null)
        {
            await process._process.StandardInput.WriteAsync(input);
        }

        process._process.StandardInput.Close();
        var code = await process.WaitForExitAsync();
        return (code, process.Output, process.Error);
    }

    public void CloseInput() => _process.StandardInput.Close();

    public async Task TypeAsync(string text)
    {
        await _process.StandardInput.WriteAsync(text);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Waits for a match in what was or will be written to either stream.</summary>
    public async Task<Match> SeeAsync(string pattern)
    {
        var regex = new Regex(pattern, RegexOptions.None, TimeSpan.FromSeconds(5));
        TaskCompletionSource<Match> found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (Match(regex) is { } match)
            {
                return match;
            }

            _waits.Add((regex, found));
        }

        var ended = _process.WaitForExitAsync();
        var first = await Task.WhenAny(found.Task, ended).WaitAsync(_patience);
        if (first == found.Task || found.Task.IsCompleted)
        {
            return await found.Task;
        }

        throw new InvalidOperationException($"muster ended with {_process.ExitCode} before it wrote /{pattern}/.\n{Output}\n{Error}");
    }

    /// <summary>As <c>kill -9</c>: no goodbye.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>As Ctrl-C.</summary>
    public Task InterruptAsync() => SignalAsync("INT");

    /// <summary>As a machine that hangs: its connections stay open and nothing is answered.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    public Task ThawAsync() => SignalAsync("CONT");

    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(_patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, Pid.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private void Take(StringBuilder into, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            into.Append(line).Append('\n');
            foreach (var (pattern, found) in _waits.ToArray())
            {
                if (Match(pattern) is { } match)
                {
                    found.TrySetResult(match);
                    _waits.RemoveAll(wait => wait.Found == found);
                }
            }
        }
    }

    private Match? Match(Regex pattern)
    {
        var match = pattern.Match(_output.ToString());
        match = match.Success ? match : pattern.Match(_error.ToString());
        return match.Success ? match : null;
    }
}
