using Muster.Cli.Terminal;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Terminal;

public sealed class MarkdownStreamTests
{
    private const string Sample = "# Disk\n\n- **root** has `12 GB`\n* a 2*3 b\n```sh\n# not a heading **x**\n```\nend";
    private const string Shown = "\e[1mDisk\e[0m\n\n• \e[1mroot\e[0m has \e[36m12 GB\e[0m\n• a 2*3 b\n\e[36m# not a heading **x**\n\e[0mend";

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void Write_AnyPieces_ShowsTheSame(int size)
    {
        Show(Sample, size).ShouldBe(Shown);
    }

    [Theory]
    [InlineData("see *this* and **that *too***", "see \e[3mthis\e[0m and \e[1mthat \e[3mtoo\e[0m\e[1m\e[0m")]
    [InlineData("2 * 3 * 4, a*b*c, **open", "2 * 3 * 4, a*b*c, **open")]
    [InlineData("[docs](https://a.example/b) [x] [y](", "docs (\e[2mhttps://a.example/b\e[0m) [x] [y](")]
    [InlineData("> said\n>\n> again", "│ said\n>\n│ again")]
    public void Write_Inline_ShowsStylesAndKeepsWhatIsNoMarker(string text, string shown)
    {
        Show(text, 1).ShouldBe(shown);
        Show(text, 1000).ShouldBe(shown);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void Write_Table_AlignsItsColumns(int size) =>
        Show("| disk | 空闲 |\n|---|---:|\n| / | 12 GB |\n| 数据盘 | `7` GB |\n\nend", size, colour: false).ShouldBe("""
            disk     空闲
            ──────  ─────
            /       12 GB
            数据盘   7 GB

            end
            """);

    [Fact]
    public void Write_TableWiderThanTheTerminal_WrapsItsCells() =>
        Show("| name | what it is about |\n|---|---|\n| nas | keeps all the backups |\n", 1000, colour: false, width: 18).ShouldBe("""
            name  what it is
                  about
            ────  ────────────
            nas   keeps all
                  the backups
            """);

    [Fact]
    public void Write_LinesWithoutARule_AreNoTable() => Show("| a | b\nc\n", 1, colour: false).ShouldBe("| a | b\nc\n");

    [Fact]
    public void Write_LongLines_EndBetweenWordsAndHangBelowTheirBullet() =>
        Show("- one two three\n> four five six\n12. seven eight", 1, colour: false, width: 11).ShouldBe("• one two\n  three\n│ four five\n│ six\n12. seven\n    eight");

    [Fact]
    public void Write_LongChineseLines_EndAtAnyLetterButNotBeforeAFullStop() =>
        Show("今天的备份已完成。一切正常", 1, colour: false, width: 16).ShouldBe("今天的备份已完\n成。一切正常");

    [Fact]
    public void Write_LongCodeAndAddresses_StayWhole() =>
        Show("see https://nas.example.org/very/long\n```\nls -la --color /var/log\n```\n", 1, colour: false, width: 12).ShouldBe("see\nhttps://nas.example.org/very/long\nls -la --color /var/log\n");

    [Fact]
    public void Write_EscapeSequencesOfAModel_AreTakenOut() =>
        Show("a\e]0;title\ab\e[2Jc\n", 1).ShouldBe("a]0;titleb[2Jc\n");

    private static string Show(string text, int size, bool colour = true, int width = 80)
    {
        var stream = new MarkdownStream(colour, width);
        return string.Concat(text.Chunk(size).Select(piece => stream.Write(new string(piece)))) + stream.Flush();
    }
}
