using Muster.Cli.Terminal;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Terminal;

public sealed class PrinterTests : IDisposable
{
    private readonly Cockpit _cockpit = new();

    [Fact]
    public void Line_TooLongForATerminal_GoesOnBelowItsText()
    {
        var printer = new Printer(_cockpit.Surroundings with { Interactive = true });

        printer.Line($"{Ansi.Green}ok      {Ansi.Reset} disk: {string.Join(' ', Enumerable.Repeat("word", 200))}");

        var lines = _cockpit.Out.ToString().TrimEnd().Split('\n');
        lines.Length.ShouldBeGreaterThan(1);
        lines.Skip(1).ShouldAllBe(line => line.StartsWith("         word ", StringComparison.Ordinal));
    }

    [Fact]
    public void Line_InAPipe_StaysOneLine()
    {
        new Printer(_cockpit.Surroundings).Line(string.Join(' ', Enumerable.Repeat("word", 200)));

        _cockpit.Out.ToString().TrimEnd().ShouldNotContain("\n");
    }

    public void Dispose() => _cockpit.Dispose();
}
