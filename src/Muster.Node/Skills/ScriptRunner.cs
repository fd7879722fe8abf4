using System.Globalization;
using System.Text.Json;
using Muster.Agents.Tools;
using Muster.Node.Sandbox;

namespace Muster.Node.Skills;

/// <summary>Runs functions of skills, each in a Python of its own, where commands run and as they do.</summary>
internal sealed class ScriptRunner(ShellLauncher launcher, string folder, TimeProvider time)
{
    private const int LongestLine = 400_000;
    private const int LongestPrint = 2_000;
    private const long MostPrinted = 8 << 20;
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(1);
    private static readonly Lazy<string> _program = new(Program);

    public ShellIsolation Isolation => launcher.Isolation;

    /// <exception cref="ToolException">It failed, and how: what the skill said, a crash, its time, or too much output.</exception>
    public async Task<ScriptAnswer> RunAsync(ScriptRequest request, TimeSpan most, CancellationToken abort)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new ToolException("Skills in Python run on Linux and macOS only.");
        }

        // The request goes in by standard input: arguments of a process can be read by every user of the machine.
        var plan = await launcher.PlanAsync($"exec python3 -I -c '{_program.Value}'", folder) with
        {
            Input = JsonSerializer.Serialize(request, ScriptJson.Line.ScriptRequest) + "\n",
        };
        using var flood = CancellationTokenSource.CreateLinkedTokenSource(abort);
        long printed = 0;
        var outcome = await SandboxedProcess.RunAsync(
            plan,
            new ProcessLimits(most, _grace, LongestLine, LongestPrint),
            text =>
            {
                if (Interlocked.Add(ref printed, text.Length) > MostPrinted)
                {
                    flood.Cancel();
                }
            },
            time,
            flood.Token);
        abort.ThrowIfCancellationRequested();
        return Answer(outcome, most);
    }

    private static ScriptAnswer Answer(ProcessOutcome outcome, TimeSpan most)
    {
        switch (outcome.End)
        {
            case ProcessEnd.TimedOut:
                throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"It did not end within {most.TotalSeconds:0} s and was ended."));
            case ProcessEnd.Aborted:
                throw new ToolException($"It printed more than {MostPrinted >> 20} MiB and was ended.");
        }

        if (outcome.ExitCode == 127)
        {
            throw new ToolException("There is no python3 where commands run on this machine. Install it (Debian, Ubuntu: sudo apt install python3).");
        }

        if (Parse(outcome.Stdout.ToString()) is not { } answer)
        {
            var printed = outcome.Stderr.ToString().Trim();
            throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"It crashed with exit code {outcome.ExitCode}{(printed.Length == 0 ? "" : ": " + printed)}"));
        }

        return answer.Error is { } error ? throw new ToolException(error) : answer;
    }

    private static ScriptAnswer? Parse(string line)
    {
        try
        {
            return line.Length == 0 ? null : JsonSerializer.Deserialize(line, ScriptJson.Line.ScriptAnswer);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The program for a place between single quotes of a shell.</summary>
    private static string Program()
    {
        using var stream = typeof(ScriptRunner).Assembly.GetManifestResourceStream("skill-runner.py")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Replace("'", """'"'"'""", StringComparison.Ordinal);
    }
}
