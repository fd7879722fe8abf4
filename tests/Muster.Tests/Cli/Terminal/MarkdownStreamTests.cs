using Muster.Cli.Terminal;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Terminal;

public sealed class MarkdownStreamTests
{
    private const string Sample = "# Disk\n\n- **root** has `12 GB`\n* a 2*3 b\n```sh\n# not a heading **x**\n```\nend";
    private const string Shown = "\e[1mDisk\e[0m\n\n• \e[0m\e[1mroot\e[0m has \e[0m\e[36m12 GB\e[0m\n• a 2*3 b\n\e[36m# not a heading **x**\n\e[0mend";

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void Write_AnyPieces_ShowsTheSame(int size)
    {
        var stream = new MarkdownStream();

        var shown = string.Concat(Sample.Chunk(size).Select(piece => stream.Write(new string(piece)))) + stream.Flush();

        shown.ShouldBe(Shown);
    }

    [Fact]
    public void Write_EscapeSequencesOfAModel_AreTakenOut() =>
        new MarkdownStream().Write("a\e]0;title\ab\e[2Jc\n").ShouldBe("a]0;titleb[2Jc\n");
}
