using System.Text;
using Muster.Agents.Messages;
using Muster.Agents.Tools;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Tools;

public sealed class OutputCapTests
{
    [Fact]
    public void Apply_Short_IsTheSameText()
    {
        const string Text = "one\ntwo\n";

        OutputCap.Head.Apply(Text).ShouldBeSameAs(Text);
    }

    [Fact]
    public void Apply_TooManyLines_KeepsTheWantedEnd()
    {
        var text = string.Concat(Enumerable.Range(1, 5_000).Select(line => $"{line}\n"));

        var head = OutputCap.Head.Apply(text).Split('\n');
        var tail = OutputCap.Tail.Apply(text).TrimEnd('\n').Split('\n');

        head[0].ShouldBe("1");
        head[^1].ShouldStartWith("[Cut: this is the beginning, 1999 of 5000 lines");
        head.Length.ShouldBe(2_000);
        tail[^1].ShouldBe("5000");
        tail[0].ShouldStartWith("[Cut: this is the end, 1999 of 5000 lines");
        tail.Length.ShouldBe(2_000);
    }

    [Theory]
    [InlineData(OutputKeep.Head)]
    [InlineData(OutputKeep.Tail)]
    public void Apply_TenMegabytesInOneLine_IsCutBetweenCharacters(OutputKeep keep)
    {
        var text = string.Concat(Enumerable.Repeat("a😀中", 1_250_000));

        var capped = new OutputCap(keep).Apply(text);

        Encoding.UTF8.GetByteCount(capped).ShouldBeInRange(50_000, 50 * 1024);
        capped.ShouldNotContain('\uFFFD');
        capped.ShouldContain("of 10000000 bytes");
        new UTF8Encoding(false, true).GetBytes(capped).ShouldNotBeEmpty();
    }

    [Fact]
    public void Apply_HalfACharacter_IsReplaced() => OutputCap.Head.Apply("a\uD83Db").ShouldBe("a\uFFFDb");

    [Fact]
    public void Apply_ManyBlocks_CountTogether()
    {
        var block = new TextBlock(new string('x', 40_000));
        var image = new ImageBlock("AAAA", "image/png");

        var capped = OutputCap.Head.Apply([block, image, block]);

        capped.Count.ShouldBe(2);
        Encoding.UTF8.GetByteCount(((TextBlock)capped[0]).Text).ShouldBeLessThanOrEqualTo(50 * 1024);
        capped[1].ShouldBe(image);
    }
}
