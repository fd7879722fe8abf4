using Muster.Hub.Routing;
using Muster.Hub.Routing.Commands;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Routing;

public sealed class RoutingTests
{
    private static readonly Machine _nas = new("nod_1", "nas", true);
    private static readonly Machine _pc = new("nod_2", "home-pc", true);
    private static readonly Machine _pi = new("nod_3", "pi", false);

    [Theory]
    [InlineData("@nas free some space", "nas")]
    [InlineData("on nas: free some space", "nas")]
    [InlineData("On home-pc, what is open?", "home-pc")]
    [InlineData("free some space on nas.", "nas")]
    [InlineData("is it done in home-pc?", "home-pc")]
    [InlineData("在 nas 上清理磁盘", "nas")]
    [InlineData("在home-pc上清理磁盘", "home-pc")]
    [InlineData("on friday: remind me", null)]
    [InlineData("what is a nas?", null)]
    [InlineData("mail me@nas please", null)]
    public void Naming_Sentence_FindsTheMachine(string text, string? expected) =>
        (MachineNaming.Find(text, [_nas, _pc, _pi])?.Name).ShouldBe(expected);

    [Fact]
    public void Rules_NamedOffline_OffersToWait() =>
        Decide("@pi hello", [_nas, _pi]).ShouldBeOfType<RouteDecision.Offline>().Text.ShouldStartWith("Node pi is offline");

    [Theory]
    [InlineData("@nsa run pwd", "nsa")]
    [InlineData("@nsa: run pwd", "nsa")]
    [InlineData("on laptop: run pwd", "laptop")]
    [InlineData("on friday: remind me", null)]
    [InlineData("@nas compare with @nsa", null)]
    [InlineData("what does @Override mean?", null)]
    [InlineData("在 Linux 上怎么查看内存？", null)]
    public void Rules_AddressedToAMachineThatThereIsNot_GoesToNoOther(string text, string? missing)
    {
        var decision = Decide(text, [_nas]);

        (decision is RouteDecision.Nobody).ShouldBe(missing is not null);
        if (decision is RouteDecision.Nobody nobody)
        {
            nobody.Text.ShouldContain($"no machine named {missing}");
            nobody.Text.ShouldContain("nas");
        }
    }

    [Theory]
    [InlineData("@nas /shell pwd", "nas", "/shell pwd")]
    [InlineData("on home-pc: /shell pwd", "home-pc", "/shell pwd")]
    [InlineData("/shell pwd @nas", null, "/shell pwd @nas")]
    public void Naming_BeforeACommand_IsSplitOff(string text, string? machine, string rest)
    {
        var (named, work) = MachineNaming.Split(text, [_nas, _pc]);

        (named?.Name).ShouldBe(machine);
        work.ShouldBe(rest);
    }

    [Fact]
    public void Rules_OneMachine_TakesIt() => Decide("hello", [_nas]).ShouldBeOfType<RouteDecision.Go>().Machine.ShouldBe(_nas);

    [Fact]
    public void Rules_Active_WinsOverAsking() =>
        Decide("hello", [_nas, _pc], _pc.Id).ShouldBeOfType<RouteDecision.Go>().Machine.ShouldBe(_pc);

    [Fact]
    public void Rules_TwoMachinesAndNoneActive_Asks() => Decide("hello", [_nas, _pc]).ShouldBeOfType<RouteDecision.Ask>().Text.ShouldContain("1. nas");

    [Fact]
    public void Rules_NoMachine_SaysHowToAddOne() => Decide("hello", []).ShouldBeOfType<RouteDecision.Nobody>().Text.ShouldContain("muster node join");

    [Theory]
    [InlineData("nas", "nas")]
    [InlineData("2", "home-pc")]
    [InlineData("on nas please", "nas")]
    [InlineData("on nas", "nas")]
    [InlineData("something else entirely, thanks", null)]
    public void Answer_ToWhich_FindsTheMachine(string text, string? expected) => (Router.Answer(text, [_nas, _pc])?.Name).ShouldBe(expected);

    [Theory]
    [InlineData("/nodes", true)]
    [InlineData("/etc/hosts is missing", false)]
    [InlineData("hello /nodes", false)]
    public void Commands_Text_IsRecognised(string text, bool expected) => CommandBook.IsCommand(text).ShouldBe(expected);

    [Fact]
    public void Commands_Unknown_SuggestsTheNearest() =>
        new CommandBook([new NodesCommand(), new StopCommand()]).Run("/nods", argument => new CommandCall(argument, [], null, null, false, default) { Tx = null!, User = null!, MessageId = "msg", Conversation = "" })
            .ShouldBeOfType<CommandResult.Say>().Text.ShouldContain("/nodes");

    private static RouteDecision Decide(string text, Machine[] machines, string? active = null) =>
        new Router().Decide(new RouteRequest(text, machines, active, Chinese: false));
}
