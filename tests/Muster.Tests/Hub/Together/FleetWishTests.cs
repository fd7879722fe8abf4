using Muster.Hub.Together;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Together;

public sealed class FleetWishTests
{
    [Theory]
    [InlineData("@all /shell df -h", "all", "$ df -h")]
    [InlineData("@all $ df -h", "all", "$ df -h")]
    [InlineData("@linux: how full is the disk?", "linux", "how full is the disk?")]
    [InlineData("@tag:room=attic uptime please", "tag:room=attic", "uptime please")]
    [InlineData("@capability:gpio which pins are free?", "capability:gpio", "which pins are free?")]
    [InlineData("@所有 磁盘还剩多少？", "all", "磁盘还剩多少？")]
    [InlineData("@All，/shell ls\nls -a", "All", "$ ls\nls -a")]
    [InlineData("@all /etc/hosts: what is in it?", "all", "/etc/hosts: what is in it?")]
    public void Parse_AddressedToMany_SaysWhichAndWhat(string text, string select, string objective)
    {
        var wish = FleetWish.Parse(text).ShouldNotBeNull();

        (wish.Select, wish.Objective).ShouldBe((select, objective));
    }

    [Theory]
    [InlineData("@nas /shell df -h")]
    [InlineData("@allison how are you?")]
    [InlineData("tell @all of them")]
    [InlineData("@all")]
    [InlineData("@all /nodes")]
    [InlineData("@tag: df")]
    [InlineData("all of it")]
    public void Parse_AnythingElse_IsAMessageLikeAnyOther(string text) => FleetWish.Parse(text).ShouldBeNull();
}
