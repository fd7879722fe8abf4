using Muster.Cli.Terminal;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Terminal;

public sealed class VisibleTests
{
    [Theory]
    [InlineData("cat notes.txt # \u202e dwp", "cat notes.txt # \\u202e dwp")]
    [InlineData("a\u2066b\u200bc\u001bd\re", "a\\u2066b\\u200bc\\u001bd\\u000de")]
    [InlineData("line\n\tnext 你好 é", "line\n\tnext 你好 é")]
    public void Visible_WhatHidesOrReorders_IsSpelledOut(string text, string shown) => Ansi.Visible(text).ShouldBe(shown);

    [Fact]
    public void Visible_LongGap_IsCounted() => Ansi.Visible("ls" + new string(' ', 3000) + "; rm x").ShouldBe("ls [3000 spaces] ; rm x");

    [Theory]
    [InlineData("ls\n\n\nrm x", "ls\n\n\nrm x")]
    [InlineData("ls\n\n \t\n\nrm x", "ls\n[3 empty lines]\nrm x")]
    [InlineData("\n\n\n\nrm x", "[4 empty lines]\nrm x")]
    [InlineData("+ls\n+\n+\n+ \n+rm x\n \n \n", "+ls\n+[3 empty lines]\n+rm x\n \n \n")]
    public void Visible_EmptyLines_AreCounted(string text, string shown) => Ansi.Visible(text).ShouldBe(shown);
}
