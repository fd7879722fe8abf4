using System.Text.Json;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Trouble;

public sealed class OutputTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ask_TenMegabytesOfOutput_AreCutAndSaidToBe()
    {
        await using var household = Household.WithoutModel();

        var (code, output, error) = await household.RunAsync("ask", "$ head -c 10000000 /dev/zero | tr '\\0' x");

        code.ShouldBe(0, error);
        output.Length.ShouldBeInRange(1000, 120_000);
        (output + error).ShouldMatch("(?i)truncated|cut|left out|omitted|shown");
        new DirectoryInfo(household.Home).EnumerateFiles("*.db*", SearchOption.AllDirectories).Sum(file => file.Length).ShouldBeLessThan(8_000_000);
    }

    [Fact]
    public async Task Ask_TenMegabytesOfOutput_TheModelGetsLittle()
    {
        await using var household = await Household.WithModelAsync(
            ModelReply.Call("shell", """{"command":"head -c 10000000 /dev/zero | tr '\\0' x"}"""),
            ModelReply.Text("Many x."));

        var (code, output, error) = await household.RunAsync("ask", "count the zeros");

        code.ShouldBe(0, error);
        output.ShouldEndWith("Many x.\n");
        household.Model.Requests[1].Body.GetRawText().Length.ShouldBeLessThan(200_000);
    }

    [Fact]
    public async Task Ask_InvalidUtf8_IsShownWithReplacementsAndStaysJson()
    {
        await using var household = Household.WithoutModel();

        var (code, output, error) = await household.RunAsync("ask", "--json", "$ printf 'before\\377\\376after\\n'");

        code.ShouldBe(0, error);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        lines.ShouldContain(line => line.GetRawText().Contains("before", StringComparison.Ordinal) && line.GetRawText().Contains("after", StringComparison.Ordinal));
        lines[^1].GetProperty("outcome").GetString().ShouldBe("completed");
    }

    [Theory]
    [InlineData("../outside.txt")]
    [InlineData("link.txt")]
    [InlineData("folder/outside.txt")]
    [InlineData("/etc/hostname")]
    public async Task Ask_FileOutsideTheFolder_IsRefusedAndNotRead(string path)
    {
        await using var household = await Household.WithModelAsync(
            ModelReply.Call("file_read", JsonSerializer.Serialize(new { path })),
            ModelReply.Text("I could not."));
        Directory.CreateDirectory(household.Work);
        var outside = Path.Combine(household.Home, "outside.txt");
        await File.WriteAllTextAsync(outside, "nobody-may-read-this", Cancel);
        File.CreateSymbolicLink(Path.Combine(household.Work, "link.txt"), outside);
        Directory.CreateSymbolicLink(Path.Combine(household.Work, "folder"), household.Home);

        var (code, _, error) = await household.RunAsync("ask", "read it");

        code.ShouldBe(0, error);
        error.ShouldContain("✗ file_read");
        var told = household.Model.Requests[1].Body.GetRawText();
        told.ShouldContain("outside the working folder");
        told.ShouldNotContain("nobody-may-read-this");
    }
}
