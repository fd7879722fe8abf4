using System.Diagnostics;
using Muster.Testing.Processes;
using Xunit;

namespace Muster.EndToEnd.Chat;

/// <summary>A command at a pseudo terminal, and somebody who types.</summary>
internal static class Terminal
{
    /// <param name="script">Lines "expect TEXT" and "type TEXT".</param>
    public static async Task<(int Code, string Screen)> TypeAsync(Household household, IReadOnlyList<string> command, params string[] script)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "A pseudo terminal is made with python3, which is not installed.");
        var driver = Path.Combine(AppContext.BaseDirectory, "Chat", "chat.py");
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [driver, MusterProcess.Program, "--home", household.Home, .. command])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = household.Work,
            Environment = { ["TERM"] = "xterm-256color", ["COLUMNS"] = "100", ["LINES"] = "30" },
        })!;
        await process.StandardInput.WriteAsync(string.Join('\n', script) + "\n");
        process.StandardInput.Close();
        var screen = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, screen);
    }
}
