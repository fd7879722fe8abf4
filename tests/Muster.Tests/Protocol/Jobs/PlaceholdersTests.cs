using Muster.Protocol.Jobs;
using Shouldly;
using Xunit;

namespace Muster.Tests.Protocol.Jobs;

/// <summary>What differs between the tasks of an array.</summary>
public sealed class PlaceholdersTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("${index}", "7")]
    [InlineData("a-${index}-${array.count}-${index}", "a-7-10-7")]
    [InlineData("$HOME $1 $( $", "$HOME $1 $( $")]
    [InlineData("$${index}", "${index}")]
    [InlineData("$$${index}", "$7")]
    [InlineData("$$$$", "$$")]
    [InlineData("$", "$")]
    [InlineData("$x${index}", "$x7")]
    public void Fill_Text_IsFilled(string text, string filled)
    {
        Placeholders.Mistake(text).ShouldBeNull();
        Placeholders.Fill(text, 7, 10).ShouldBe(filled);
    }

    [Theory]
    [InlineData("${indx}", "indx")]
    [InlineData("a ${index} ${INDEX}", "INDEX")]
    [InlineData("${", "")]
    [InlineData("${}", "")]
    [InlineData("${index", "")]
    [InlineData("$$ ${x}", "x")]
    [InlineData("$$$${x} ${y}", "y")]
    public void Fill_UnknownName_IsRefused(string text, string name)
    {
        Placeholders.Mistake(text).ShouldBe(name);
        Should.Throw<FormatException>(() => Placeholders.Fill(text, 0, 1));
    }

    [Fact]
    public void Mistake_AndFill_AlwaysAgree()
    {
        var chance = new Random(7);
        string[] pieces = ["$", "{", "}", "index", "array.count", "x"];
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, chance.Next(9)).Select(_ => pieces[chance.Next(pieces.Length)]));

            var wrong = Placeholders.Mistake(text) is not null;

            Throws(text).ShouldBe(wrong, text);
        }
    }

    [Theory]
    [InlineData("./part-${index}", true)]
    [InlineData("./part-$${index}", false)]
    [InlineData("./part-${array.count}", false)]
    [InlineData("./part", false)]
    public void HasIndex_Text_SaysWhetherTasksDiffer(string text, bool has) => Placeholders.HasIndex(text).ShouldBe(has);

    private static bool Throws(string text)
    {
        try
        {
            _ = Placeholders.Fill(text, 0, 1);
            return false;
        }
        catch (FormatException)
        {
            return true;
        }
    }
}
