using System.Text.Json;
using Muster.Protocol.Ids;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Protocol;

public sealed class IdTests
{
    [Fact]
    public void New_TwoIds_SortByTime()
    {
        var time = new FakeTime();
        var first = Id<Run>.New(time);
        time.Advance(TimeSpan.FromMilliseconds(1));
        var second = Id<Run>.New(time);

        string.CompareOrdinal(first.ToString(), second.ToString()).ShouldBeLessThan(0);
        first.Short.Length.ShouldBe(6);
    }

    [Theory]
    [InlineData("")]
    [InlineData("run_")]
    [InlineData("msg_01jd0000000000000000000000")]
    [InlineData("run_01jd000000000000000000000")]
    [InlineData("run_01jd000000000000000000000u")]
    [InlineData("run_81jd0000000000000000000000")]
    public void Parse_BadText_SaysWhatAnIdLooksLike(string text)
    {
        Should.Throw<FormatException>(() => Id<Run>.Parse(text)).Message.ShouldContain("run_");
    }

    [Fact]
    public void Json_RoundTrip_IsPlainText()
    {
        var id = Id<Conversation>.New(new FakeTime());

        var json = JsonSerializer.Serialize(id);

        json.ShouldBe($"\"{id}\"");
        JsonSerializer.Deserialize<Id<Conversation>>(json).ShouldBe(id);
    }
}
