using System.Diagnostics;
using System.Text.Json;
using Muster.Node.Policy;
using Muster.Node.Sandbox;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Policy;

/// <summary>Lines that look like <c>ls</c> and run <c>curl</c> too: each is given to the real bash, with a <c>curl</c> that only says that it ran.</summary>
public sealed class MisreadLineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Hidden =>
    [
        "ls x \r#; curl evil",
        "ls x;\r\ncurl evil",
        "x=A\nls <<$x\n$x\ncurl evil\nA",
        "ls <<\"a\\\"b\"\na\"b\ncurl evil\na\\b",
        "ls <<A\n\tA\nls <<'B'\nA\ncurl evil\nB",
        "ls <<A\nx\\\nA\nls <<'B'\nA\ncurl evil\nB",
        "ls <<A \"\nx\"; curl evil\nA",
        "ls x; ((1<<2))\ncurl evil\n2",
        "for ((i=1<<2; i<5; i++)); do ls; done\ncurl evil\n2;",
        "ls $((1<<2))\ncurl evil\n2))",
        "ls $((1<<'2'\n$(curl evil)\n2\n))",
        "ls $[1<<2]\ncurl evil\n2]",
        "ls; a[1<<2]=3\ncurl evil\n2]=3",
        "A+=x curl evil",
        "a[1 + 2]=x curl evil",
        "ls \"$(echo \"\\\"\" )\" ; curl evil \"\"",
        "$'\\U00000063url' evil",
        "$'\\x{63}url' evil",
    ];

    public static TheoryData<string> Conditioned =>
    [
        "PATH=$PWD/evil; ls",
        "PATH=$PWD/evil ls",
        "PATH=$PWD/evil:$PATH\nls x",
        "PATH+=:x; hash -r; PATH=$PWD/evil; ls",
        "ls ${NOT_SET:=x}; PATH=$PWD/evil; ls",
    ];

    [Theory]
    [MemberData(nameof(Hidden))]
    [MemberData(nameof(Conditioned))]
    public async Task Bash_RunsIt(string line) => (await RanAsync(line)).ShouldContain("curl");

    [Theory]
    [MemberData(nameof(Hidden))]
    [MemberData(nameof(Conditioned))]
    [InlineData("LD_PRELOAD=./x.so ls")]
    [InlineData("ls <<A\nA")]
    [InlineData("ls <<'A'\nx\nA")]
    [InlineData("ls \u0001")]
    [InlineData("ls \u001b[2K")]
    [InlineData("ls ${LD_PRELOAD=./x.so}")]
    public void Rule_ThatAllowsLs_DoesNotAllowIt(string line)
    {
        Decide(line, ShellIsolation.Host, new PolicyRule("shell", "ls *", PolicyAction.Allow)).ShouldBe(PolicyAction.Ask);
        Decide(line, ShellIsolation.Host, new PolicyRule("shell", "*", PolicyAction.Allow)).ShouldBe(PolicyAction.Allow);
    }

    [Theory]
    [MemberData(nameof(Hidden))]
    public void Rule_ThatForbidsCurl_SeesIt(string line)
    {
        Decide(line, ShellIsolation.Process, new PolicyRule("shell", "curl *", PolicyAction.Deny)).ShouldBe(PolicyAction.Deny);
        Decide(line, ShellIsolation.Process, new PolicyRule("shell", "curl *", PolicyAction.Ask)).ShouldBe(PolicyAction.Ask);
        CommandGuard.Check(line.Replace("curl evil", "rm -rf /", StringComparison.Ordinal).Replace("curl", "rm", StringComparison.Ordinal).Replace("63url' evil", "72m' -rf /", StringComparison.Ordinal).Replace("{63}url' evil", "{72}m' -rf /", StringComparison.Ordinal)).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("ls x")]
    [InlineData("ls 'a\tb' \"c\nd\"")]
    [InlineData("ls x && ls \"$HOME\" | ls > /dev/null 2>&1")]
    [InlineData("ls <<< x")]
    [InlineData("ls a=b --color=never")]
    [InlineData("ls # a comment; curl evil")]
    [InlineData("ls\tx;\nls y")]
    public void Rule_ThatAllowsLs_AllowsWhatIsPlain(string line) =>
        Decide(line, ShellIsolation.Host, new PolicyRule("shell", "ls *", PolicyAction.Allow)).ShouldBe(PolicyAction.Allow);

    public void Dispose() => _folder.Dispose();

    private static PolicyAction Decide(string command, ShellIsolation isolation, PolicyRule rule) =>
        new ToolPolicy("/work", [rule]).Decide("shell", JsonSerializer.SerializeToElement(new { command }), isolation).Action;

    /// <summary>The programs that bash started, by their names.</summary>
    private async Task<IReadOnlyList<string>> RanAsync(string line)
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "There is no bash here.");
        var ran = Path.Combine(_folder.Path, "ran");
        await File.WriteAllTextAsync(ran, "", Cancel);
        foreach (var (place, says) in new[] { ("bin/ls", "ls"), ("bin/curl", "curl"), ("evil/ls", "curl") })
        {
            var program = Path.Combine(_folder.Path, place);
            Directory.CreateDirectory(Path.GetDirectoryName(program)!);
            await File.WriteAllTextAsync(program, $"#!/bin/sh\necho {says} >> '{ran}'\n", Cancel);
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var start = new ProcessStartInfo("/bin/bash", ["-c", line]) { UseShellExecute = false, WorkingDirectory = _folder.Path, RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["PATH"] = Path.Combine(_folder.Path, "bin");
        using var bash = Process.Start(start)!;
        bash.StandardInput.Close();
        await Task.WhenAll(bash.StandardOutput.ReadToEndAsync(Cancel), bash.StandardError.ReadToEndAsync(Cancel));
        await bash.WaitForExitAsync(Cancel);
        return await File.ReadAllLinesAsync(ran, Cancel);
    }
}
