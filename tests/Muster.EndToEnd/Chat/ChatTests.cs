using System.Diagnostics;
using Muster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Chat;

public sealed class ChatTests
{
    [Fact]
    public async Task Chat_AtATerminal_AnswersListsMachinesAndLeavesWithCtrlD()
    {
        await using var household = Household.WithoutModel();
        await household.UpAsync();

        var (code, screen) = await TypeAsync(
            household,
            "expect > ",
            "type $ echo pong-$((40 + 2))\\r",
            "expect pong-42",
            "type /nodes\\r",
            "expect Connected Nodes:",
            "expect [ACTIVE]",
            "type \\x04");

        code.ShouldBe(0, screen);
    }

    [Fact]
    public async Task Chat_InAPipe_AnswersEachLine()
    {
        await using var household = Household.WithoutModel();

        var (code, output, error) = await MusterProcess.RunAsync(household.Home, ["chat"], input: "$ echo one-$((1 + 1))\n$ echo two-$((2 + 2))\n");

        code.ShouldBe(0, error);
        output.ShouldContain("one-2");
        output.ShouldContain("two-4");
        output.ShouldNotContain("\u001b[");
    }

    private static async Task<(int Code, string Screen)> TypeAsync(Household household, params string[] script)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "A pseudo terminal is made with python3, which is not installed.");
        var driver = Path.Combine(AppContext.BaseDirectory, "Chat", "chat.py");
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [driver, MusterProcess.Program, "--home", household.Home, "chat"])
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
