using FsCheck;
using FsCheck.Fluent;
using Muster.Hub.Ledger;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Ledger;

public sealed class CreditsTests
{
    [Fact]
    public void Read_WhatWasWritten_IsTheSame() => Properties.Holds(Prop.ForAll(
        ArbMap.Default.GeneratorFor<NonNegativeInt>().Select(number => (long)number.Get).Or(Gen.Constant(long.MaxValue)).ToArbitrary(),
        micro => Credits.Read(new Credits(micro).ToString(), out var read) is null && read.Micro == micro));

    [Theory]
    [InlineData("5", 5_000_000)]
    [InlineData("5.0", 5_000_000)]
    [InlineData("0.000001", 1)]
    [InlineData("007.50", 7_500_000)]
    [InlineData("0", 0)]
    [InlineData("9223372036854.775807", long.MaxValue)]
    public void Read_PlainDecimal_IsThatManyMicroCredits(string text, long micro)
    {
        Credits.Read(text, out var amount).ShouldBeNull();
        amount.Micro.ShouldBe(micro);
    }

    [Theory]
    [InlineData(null, "no amount")]
    [InlineData("", "no amount")]
    [InlineData("-1", "negative")]
    [InlineData("-0.000001", "negative")]
    [InlineData("1e3", "exponent")]
    [InlineData("5E-1", "exponent")]
    [InlineData("NaN", "no number")]
    [InlineData("Infinity", "no number")]
    [InlineData("+5", "no number")]
    [InlineData(".5", "no number")]
    [InlineData("5.", "no number")]
    [InlineData("1.2.3", "no number")]
    [InlineData("0x10", "no number")]
    [InlineData("٥", "no number")]
    [InlineData(" 5", "space")]
    [InlineData("5 ", "space")]
    [InlineData("1 000", "space")]
    [InlineData("5\n", "space")]
    [InlineData("1,5", "comma")]
    [InlineData("1.0000001", "six decimals")]
    [InlineData("9223372036854.775808", "too large")]
    [InlineData("99999999999999999999", "too large")]
    [InlineData("00000000000000000000000000000000000000001", "too long")]
    public void Read_AnythingElse_SaysWhatIsWrong(string? text, string what)
    {
        Credits.Read(text, out var amount)!.Value.Message.ShouldContain(what);
        amount.Micro.ShouldBe(0);
    }

    [Theory]
    [InlineData(5_000_000, "5.000000")]
    [InlineData(-1, "-0.000001")]
    [InlineData(long.MinValue, "-9223372036854.775808")]
    public void Text_Always_HasSixDecimals(long micro, string text) => new Credits(micro).ToString().ShouldBe(text);

    [Fact]
    public void Share_OfAnyAmount_IsRoundedDown() => Properties.Holds(Prop.ForAll(
        ArbMap.Default.ArbFor<PositiveInt>(), ArbMap.Default.ArbFor<byte>(), (micro, percent) =>
        {
            var share = new Share(Math.Min((int)percent, 100) * 10_000);
            return share.Of(micro.Get) == (long)micro.Get * Math.Min((int)percent, 100) / 100;
        }));

    [Fact]
    public void Share_OfTheMost_DoesNotOverflow() => new Share(1_000_000).Of(long.MaxValue).ShouldBe(long.MaxValue);

    [Theory]
    [InlineData("1.1")]
    [InlineData("-0.1")]
    [InlineData("5%")]
    [InlineData("")]
    public void Share_OutOfRange_IsRefused(string text) => Share.Read(text, out _)!.Value.Message.ShouldContain("no share");
}
