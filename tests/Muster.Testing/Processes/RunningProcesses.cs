namespace Muster.Testing.Processes;

/// <summary>What runs on this machine, by command line.</summary>
public static class RunningProcesses
{
    /// <summary>Ids of processes with this word in their command line; the test's own left out.</summary>
    public static IReadOnlyList<int> Matching(string word) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(Path.GetFileName)
            .Where(name => int.TryParse(name, out var pid) && pid != Environment.ProcessId)
            .Select(int.Parse!)
            .Where(pid => CommandLine(pid).Contains(word, StringComparison.Ordinal)),
    ];

    /// <summary>Waits until a process whose command line begins so is there: the command itself, not the sandbox around it.</summary>
    public static Task AppearAsync(string command) => UntilAsync(
        () => Matching(command).Any(pid => CommandLine(pid).StartsWith(command, StringComparison.Ordinal)), $"no process \"{command}\" appeared");

    /// <summary>Waits until no such process is left.</summary>
    public static Task DisappearAsync(string word) => UntilAsync(() => Matching(word).Count == 0, $"a process with \"{word}\" lives on");

    /// <summary>The kernel offers no signal for this, so it is asked again and again.</summary>
    private static async Task UntilAsync(Func<bool> condition, string otherwise)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var i = 0; i < 1500; i++)
        {
            if (condition())
            {
                return;
            }

            await timer.WaitForNextTickAsync();
        }

        throw new TimeoutException(otherwise);
    }

    private static string CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Replace('\0', ' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return ""; // It ended while we looked.
        }
    }
}
