using System.Globalization;
using System.Text.RegularExpressions;
using Muster.Agents.Tools;
using Muster.Node.Sandbox;

namespace Muster.Node.Tools.Hardware;

/// <summary>How a line is asked for.</summary>
/// <param name="Pull"><c>up</c>, <c>down</c>, <c>none</c>, or null to leave it.</param>
internal sealed record GpioRequest(string Chip, int Offset, bool ActiveLow, string? Pull);

/// <summary>The programs of libgpiod, run without a shell. Versions 1 and 2 want different words for the same thing.</summary>
/// <param name="path">As the variable PATH.</param>
internal sealed partial class GpioPrograms(string path, TimeProvider time)
{
    private const int LongestAnswer = 200_000;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(1);

    public async Task<IReadOnlyList<GpioChip>> ChipsAsync(CancellationToken abort) => GpioChips.Chips(await RunAsync("gpiodetect", [], abort));

    public async Task<IReadOnlyList<GpioLine>> LinesAsync(CancellationToken abort) => GpioChips.Lines(await RunAsync("gpioinfo", [], abort));

    public async Task<int> GetAsync(GpioRequest request, CancellationToken abort)
    {
        var offset = request.Offset.ToString(CultureInfo.InvariantCulture);
        var answer = await RunAsync("gpioget", await IsFirstAsync(abort)
            ? [.. Active(request), .. Bias(request, "--bias="), request.Chip, offset]
            // As it is: a line that somebody drives stays driven.
            : ["--numeric", .. Active(request), .. request.Pull is null ? ["--as-is"] : Bias(request, "--bias="), "--chip", request.Chip, offset], abort);
        return answer.Trim() switch
        {
            "0" => 0,
            "1" => 1,
            var other => throw new ToolException($"gpioget says \"{Cut(other)}\", which is no value of a pin."),
        };
    }

    /// <param name="hold">How long the value is held for certain; afterwards the kernel may take it back.</param>
    public async Task SetAsync(GpioRequest request, int value, TimeSpan hold, CancellationToken abort)
    {
        var set = string.Create(CultureInfo.InvariantCulture, $"{request.Offset}={value}");
        var milliseconds = (long)hold.TotalMilliseconds;
        IReadOnlyList<string> arguments = await IsFirstAsync(abort)
            ?
            [
                .. Active(request), .. Bias(request, "--bias="),
                .. milliseconds == 0 ? (string[])["--mode=exit"]
                    : ["--mode=time", Text($"--sec={milliseconds / 1000}"), Text($"--usec={milliseconds % 1000 * 1000}")],
                request.Chip, set,
            ]
            // Without --toggle 0 it would stay until it is killed.
            : [.. Active(request), .. Bias(request, "--bias="), .. milliseconds == 0 ? (string[])[] : ["--hold-period", Text($"{milliseconds}ms")], "--toggle", "0", "--chip", request.Chip, set];
        await RunAsync("gpioset", arguments, abort, hold);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string[] Active(GpioRequest request) => request.ActiveLow ? ["--active-low"] : [];

    private static string[] Bias(GpioRequest request, string option) => request.Pull switch
    {
        null => [],
        "up" => [option + "pull-up"],
        "down" => [option + "pull-down"],
        _ => [option + "disable"],
    };

    private async Task<bool> IsFirstAsync(CancellationToken abort)
    {
        var told = await RunAsync("gpiodetect", ["--version"], abort);
        return Version.Match(told) is { Success: true } version
            ? version.Groups["major"].Value is "0" or "1"
            : throw new ToolException($"gpiodetect says \"{Cut(told)}\" where its version was expected. Is it libgpiod's?");
    }

    private async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken abort, TimeSpan more = default)
    {
        var file = path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
            ?? throw new ToolException($"Pins are set and read by the programs of libgpiod, and `{program}` is not on this machine. Install them: `apt install gpiod` (`libgpiod-utils` on Fedora).");
        var plan = new LaunchPlan(file, arguments, new Dictionary<string, string> { ["PATH"] = path, ["LANG"] = "C.UTF-8" }, "/");
        var outcome = await SandboxedProcess.RunAsync(plan, new ProcessLimits(_patience + more, _grace, LongestAnswer, 4_000), _ => { }, time, abort);
        abort.ThrowIfCancellationRequested();
        var problem = outcome.Stderr.ToString().Trim();
        return outcome switch
        {
            { End: ProcessEnd.TimedOut } => throw new ToolException($"`{program}` did not end within {(_patience + more).TotalSeconds:0} s and was stopped."),
            { ExitCode: not 0 } => throw new ToolException($"`{program}` failed: {Cut(problem)}{Advice(problem)}"),
            _ => outcome.Stdout.ToString(),
        };
    }

    private static string Advice(string problem) =>
        problem.Contains("Permission denied", StringComparison.OrdinalIgnoreCase) ? " The user that runs the node needs the right to use /dev/gpiochip*: often `usermod -aG gpio USER`."
        : problem.Contains("busy", StringComparison.OrdinalIgnoreCase) ? " Something else holds this line; `list` shows which lines are used."
        : problem.Contains("option", StringComparison.OrdinalIgnoreCase) ? " Pull-ups and pull-downs need libgpiod 1.5 or later."
        : "";

    private static string Cut(string text) => text.Trim() is { Length: <= 300 } whole ? whole : text.Trim()[..300] + "…";

    [GeneratedRegex(@"v?(?<major>\d+)\.\d+", RegexOptions.None, 1000)]
    private static partial Regex Version { get; }
}
