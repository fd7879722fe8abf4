using Muster.Protocol.Transfers;
using Shouldly;
using Xunit;

namespace Muster.Tests.Protocol.Transfers;

public sealed class FilePlaceTests
{
    [Theory]
    [InlineData("nas:docs/a.txt", "nas", "docs/a.txt")]
    [InlineData("nas:/srv/a", "nas", "/srv/a")]
    [InlineData("nas:", "nas", ".")]
    [InlineData("nas:a:b", "nas", "a:b")]
    [InlineData(@"box:C:\x", "box", @"C:\x")]
    [InlineData("#9f3k2a:x", "#9f3k2a", "x")]
    [InlineData("机器:x", "机器", "x")]
    [InlineData("docs/a.txt", null, "docs/a.txt")]
    [InlineData("./a:b", null, "./a:b")]
    [InlineData("/tmp/a:b", null, "/tmp/a:b")]
    [InlineData(@"C:\x", null, @"C:\x")]
    [InlineData("C:/x", null, "C:/x")]
    [InlineData(@".\a:b", null, @".\a:b")]
    [InlineData(":a", null, ":a")]
    public void Text_OfAFile_NamesItsMachine(string text, string? node, string path) => FilePlace.Parse(text).ShouldBe(new FilePlace(node, path));
}
