using Muster.Agents.Tools;
using Muster.Node.Tools.Web.Pages;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Tools.Web;

public sealed class ReadablePageTests
{
    private static readonly Uri _address = new("https://site.test/docs/page");

    [Theory]
    [InlineData("<h2>A  heading</h2><p>Some <b>bold </b>and <i>soft</i> words<br>and a line.", "## A heading\n\nSome **bold** and *soft* words\nand a line.")]
    [InlineData("<ul><li>one<li>two<ul><li>inner</ul></ul><ol start=3><li>three<li>four</ol>", "- one\n- two\n  - inner\n\n3. three\n4. four")]
    [InlineData("<table><tr><th>a<th>b<tr><td>1|2<td>3</table>", "| a | b |\n| --- | --- |\n| 1\\|2 | 3 |")]
    [InlineData("<table><tr><th>a<th>b<th hidden>c<tr><td>1<td>2<td style='display:none'>obey<tr hidden><td>obey<td>obey<tbody aria-hidden=true><tr><td>obey<td>obey</table>", "| a | b |\n| --- | --- |\n| 1 | 2 |")]
    [InlineData("<table><tr><td><p>one<ul><li>two</ul><td hidden>obey<tr style='display:none'><td>obey</table>", "one\n\n- two")]
    [InlineData("<table><tr><td>outer<table><tr><td>inner</table></table>", "outer\n\ninner")]
    [InlineData("<pre><code>x = 1\n  y</code></pre><p>Use <code>muster up</code>.", "```\nx = 1\n  y\n```\n\nUse `muster up`.")]
    [InlineData("<blockquote><p>said<p>twice</blockquote><hr>", "> said\n> \n> twice\n\n---")]
    [InlineData("<p><a href='../x?a=1#f'>up</a> <a href='javascript:alert(1)'>no</a> <a href='#here'>here</a>", "[up](https://site.test/x?a=1#f) no here")]
    [InlineData("<base href='https://other.test/'><img alt='A cat' src='cat.png'><img src='dot.gif'>", "![A cat](https://other.test/cat.png)")]
    [InlineData("<a href='/x'><div>A card</div><div>with text</div></a>", "A card\n\nwith text")]
    [InlineData("<p>seen<p style='display:none'>unseen<span aria-hidden=true>unseen</span><p style='font-size:0px'>unseen<p style='font-size:0.9em'>small", "seen\n\nsmall")]
    [InlineData("<nav>menu</nav><form><input value=x><button>Go</button><p>text</form><footer>foot</footer>", "text")]
    [InlineData("<nav>nothing else</nav>", "nothing else")]
    [InlineData("<title>T</title>", "")]
    public void Page_ItsParts_BecomeMarkdown(string html, string markdown) =>
        ReadablePage.Markdown(html, _address, TestContext.Current.CancellationToken).ShouldBe(markdown);

    [Fact]
    public void Page_WithAnArticle_IsTheArticle()
    {
        var paragraph = $"<p>{string.Join(", ", Enumerable.Repeat("a long sentence of an article that goes on", 8))}.</p>";
        var html = $"<title>News</title><body><div class=menu><a href=/1>Home</a><a href=/2>Sport</a></div><div id=story><h1>News</h1>{string.Concat(Enumerable.Repeat(paragraph, 8))}</div><div class=sidebar><a href=/3>Buy this</a></div>";

        var text = ReadablePage.Markdown(html, _address, TestContext.Current.CancellationToken);

        text.ShouldStartWith("# News\n\n");
        text.ShouldContain("a long sentence");
        text.ShouldNotContain("Buy this");
    }

    [Theory]
    [InlineData("<div>", 300_000)]
    [InlineData("<b>", 300_000)]
    [InlineData("<a><div>", 100_000)]
    [InlineData("<table><tr><td>", 100_000)]
    [InlineData("<ul><li>", 200_000)]
    [InlineData("<blockquote>", 50_000)]
    public void Page_BuiltToBeTooMuch_EndsInTime(string part, int times)
    {
        // Whichever it comes to: a sentence, or what could be read of it.
        Should.CompleteIn(
            () =>
            {
                try
                {
                    ReadablePage.Markdown(string.Concat(Enumerable.Repeat(part, times)) + "text", _address, CancellationToken.None);
                }
                catch (ToolException refused)
                {
                    refused.Message.ShouldContain("was not read");
                }
            },
            TimeSpan.FromSeconds(60));
    }
}
