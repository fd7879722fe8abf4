using System.Globalization;
using Muster.Agents.Tools;
using Muster.Node.Sandbox;

namespace Muster.Node.Tools.House;

/// <summary>Mosquitto's clients, run without a shell. Name and password reach them by a file that only this user can read: everybody sees arguments.</summary>
/// <param name="path">As the variable PATH.</param>
internal sealed class MosquittoPrograms(MqttOptions options, string path, TimeProvider time)
{
    private const int LongestAnswer = 400_000;
    private const long MostRead = 16 << 20;
    private const int TimedOut = 27;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(1);

    public Task PublishAsync(string topic, string payload, int qos, bool retain, CancellationToken abort) =>
        RunAsync("mosquitto_pub", ["-t", topic, "-q", Text(qos), .. retain ? (string[])["-r"] : [], .. payload.Length == 0 ? (string[])["-n"] : ["-s"]], payload, TimeSpan.Zero, abort);

    /// <returns>A JSON object in each line.</returns>
    public async Task<string> ReadAsync(string topic, int count, int seconds, CancellationToken abort) =>
        await RunAsync("mosquitto_sub", ["-t", topic, "-C", Text(count), "-W", Text(seconds), "-F", "%j"], null, TimeSpan.FromSeconds(seconds), abort);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, string? input, TimeSpan more, CancellationToken abort)
    {
        var file = path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
            ?? throw new ToolException($"MQTT goes through Mosquitto's programs, and `{program}` is not on this machine. Install them: `apt install mosquitto-clients`.");
        var folder = Directory.CreateTempSubdirectory("muster-mqtt-");
        try
        {
            await File.WriteAllLinesAsync(Path.Combine(folder.FullName, program), Credentials(), abort);
            var environment = new Dictionary<string, string> { ["PATH"] = path, ["LANG"] = "C.UTF-8", ["XDG_CONFIG_HOME"] = folder.FullName };
            var plan = new LaunchPlan(file, ["-h", options.Host, "-p", Text(options.Port), .. arguments], environment, "/") { Input = input };
            using var flood = CancellationTokenSource.CreateLinkedTokenSource(abort);
            long read = 0;
            var outcome = await SandboxedProcess.RunAsync(
                plan,
                new ProcessLimits(_patience + more, _grace, LongestAnswer, 4_000),
                text =>
                {
                    if (Interlocked.Add(ref read, text.Length) > MostRead)
                    {
                        flood.Cancel();
                    }
                },
                time,
                flood.Token);
            abort.ThrowIfCancellationRequested();
            return Answer(program, outcome);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private IEnumerable<string> Credentials()
    {
        if (options.Username is { } username)
        {
            yield return "-u " + username;
        }

        if (options.Password is { } password)
        {
            yield return "-P " + password;
        }
    }

    private string Answer(string program, ProcessOutcome outcome) => outcome switch
    {
        { End: ProcessEnd.TimedOut } => throw new ToolException($"The broker at {options.Host}:{Text(options.Port)} did not answer in time."),
        { End: ProcessEnd.Aborted } => throw new ToolException($"More than {MostRead >> 20} MiB came, and reading was stopped. Name the topic more narrowly."),
        { ExitCode: TimedOut } or { ExitCode: 0 } => outcome.Stdout.ToString(),
        _ => throw new ToolException($"`{program}` failed at {options.Host}:{Text(options.Port)}: {Safe(outcome.Stderr.ToString().Trim())}"),
    };

    private string Safe(string text)
    {
        var safe = options.Password is { Length: > 0 } password ? text.Replace(password, "…", StringComparison.Ordinal) : text;
        return safe.Length <= 300 ? safe : safe[..300] + "…";
    }
}
