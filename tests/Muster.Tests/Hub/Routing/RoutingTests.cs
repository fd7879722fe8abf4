using Muster.Hub.Routing;
using Muster.Hub.Routing.Commands;
using Muster.Hub.Routing.Rules;
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
    [InlineData("@nas看看磁盘", "nas")]
    [InlineData("nas 上还有多少空间？", "nas")]
    [InlineData("nas 上周备份了吗？", null)]
    [InlineData("tell nas to start the backup", "nas")]
    [InlineData("让nas开始备份", "nas")]
    public void Naming_Sentence_FindsTheMachine(string text, string? expected) =>
        (MachineNaming.Find(text, [_nas, _pc, _pi])?.Name).ShouldBe(expected);

    [Theory]
    [InlineData("@nas", "What is nas to do?")]
    [InlineData("@nas:", "What is nas to do?")]
    [InlineData("@all", "What is all to do?")]
    [InlineData("@linux /shell", "What is linux to do?")]
    [InlineData("@hub", "What is hub to do?")]
    public void Rules_AddressAlone_IsAskedWhat(string text, string said) =>
        Decide(text, [_nas, _pc]).ShouldBeOfType<RouteDecision.Nobody>().Text.ShouldStartWith(said);

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
    [InlineData("run touch A on nsa", "nsa")]
    [InlineData("run touch A on nas", null)]
    [InlineData("run the tests on main", null)]
    [InlineData("$ touch A on nsa", null)]
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

    [Theory]
    [InlineData("fix the login bug", "home-pc")]
    [InlineData("look at photos", "home-pc")]
    [InlineData("@nas how much disk is free?", "nas")]
    public void Rules_ConversationOfACodingSession_GoesToItUnlessAnotherMachineIsNamed(string text, string expected) =>
        LabelledMessage.Label(new Router().Decide(new RouteRequest(text, [_nas with { Sessions = ["photos"] }, _pc], _pc.Id, Chinese: false) { Direct = _pc.Id, MayAskModel = true })).ShouldBe(expected);

    [Theory]
    [InlineData("remind me in 30 minutes to call Bob", 1, true)]
    [InlineData("hello", 1, false)]
    [InlineData("hello", 2, true)]
    [InlineData("how much disk is free?", 2, false)]
    public void Rules_NoneActive_TheHubDoesWhatNeedsNone(string text, int hub, bool expected) =>
        (new Router().Decide(new RouteRequest(text, [_nas, _pc], null, Chinese: false) { Hub = (HubAbility)hub }) is RouteDecision.OnHub).ShouldBe(expected);

    [Fact]
    public void Rules_TwoMachinesAndNoneActive_Asks() => Decide("hello", [_nas, _pc]).ShouldBeOfType<RouteDecision.Ask>().Text.ShouldContain("1. nas");

    [Theory]
    [InlineData("fix the tests in todo_app", "home-pc")]
    [InlineData("修复todo_app的测试", "home-pc")]
    [InlineData("rebuild thesis", "pi")]
    [InlineData("what is todo_app2?", null)]
    [InlineData("open todo_app.example.org", null)]
    [InlineData("photos of today", null)]
    public void Rules_NamedSession_GoesToItsMachine(string text, string? expected)
    {
        Machine[] machines =
        [
            _nas with { Sessions = ["photos"] }, _pc with { Sessions = ["todo_app", "photos"] }, _pi with { Sessions = ["thesis"] },
        ];

        LabelledMessage.Label(Decide(text, machines)).ShouldBe(expected ?? "ask");
    }

    [Theory]
    [InlineData("write a blog post about Rome", null)]
    [InlineData("what is a blog?", null)]
    [InlineData("write another short blog post", null)]
    [InlineData("给我写一篇 blog 文章", null)]
    [InlineData("write a blog post about Rome in blog", "home-pc")]
    [InlineData("blog: write a post about Rome", "home-pc")]
    [InlineData("write a post to blog", "home-pc")]
    [InlineData("tell the blog session to build", "home-pc")]
    [InlineData("deploy the blog", "home-pc")]
    [InlineData("add a test to a todo_app", "home-pc")]
    public void Rules_SessionThatIsAWord_IsNamedWhereThatOneIsMeant(string text, string? expected) =>
        LabelledMessage.Label(Decide(text, [_nas, _pc with { Sessions = ["blog", "todo_app"] }])).ShouldBe(expected ?? "ask");

    [Theory]
    [InlineData("show /home/ada/work/notes.md", "home-pc", "/home/ada/work/notes.md is in the working folder of home-pc.")]
    [InlineData("show /srv/data/old.zip.", "pi", "/srv/data/old.zip is in the working folder of pi.\nNode pi is offline")]
    [InlineData("show /mnt/usb/a.txt", "nas", "nas is the active machine. No machine's working folder holds /mnt/usb/a.txt.")]
    [InlineData("show /home/ada/workshop/a.txt", "nas", "No machine's working folder holds")]
    [InlineData("which lines of /etc/hosts mention nas?", "nas", "nas is the active machine.")]
    [InlineData("fetch https://example.org/home/ada/work/a", "nas", "nas is the active machine.")]
    public void Rules_Path_GoesToTheMachineThatHoldsIt_OrSaysThatNoneDoes(string text, string expected, string reason)
    {
        var decision = Decide(text, [_nas, _pc with { WorkingDir = "/home/ada/work" }, _pi with { WorkingDir = "/srv/data/" }], _nas.Id);

        LabelledMessage.Label(decision).ShouldBe(expected);
        (decision is RouteDecision.Go go ? go.Reason : ((RouteDecision.Offline)decision).Text).ShouldContain(reason);
    }

    [Fact]
    public void Rules_PathThatTwoHold_IsNoReason() =>
        Decide("show /work/a.txt please", [_nas with { WorkingDir = "/work" }, _pc with { WorkingDir = "/work" }]).ShouldBeOfType<RouteDecision.Ask>();

    [Fact]
    public void Rules_Pins_GoToTheMachineThatHasThem() =>
        LabelledMessage.Label(Decide("把继电器打开五秒", [_nas, _pc with { Capabilities = ["gpio"] }], _nas.Id)).ShouldBe("home-pc");

    [Theory]
    [InlineData("system status", true)]
    [InlineData("How are my machines?", true)]
    [InlineData("what's the status of the system", true)]
    [InlineData("which machines are online?", true)]
    [InlineData("show me all my machines", true)]
    [InlineData("所有机器的状态", true)]
    [InlineData("哪些机器在线？", true)]
    [InlineData("what is the file system of this machine?", false)]
    [InlineData("update the system packages", false)]
    [InlineData("how do machines learn?", false)]
    [InlineData("系统日志在哪里", false)]
    public void Fleet_State_IsTold(string text, bool expected) => FleetStateRule.IsAsked(text).ShouldBe(expected);

    [Theory]
    [InlineData("list files on nas and show the disk on home-pc", "list files on nas|show the disk on home-pc")]
    [InlineData("list files in src on nas, show memory usage on home-pc", "list files in src on nas|show memory usage on home-pc")]
    [InlineData("list files on nas and write a poem on home-pc", null)]
    [InlineData("list files on nas and show the disk", null)]
    [InlineData("list files on nas and show the disk on nas", null)]
    [InlineData("compare the disk on nas and the disk on home-pc", null)]
    [InlineData("copy a.txt from nas and put it on home-pc", null)]
    [InlineData("show the disk on nas and on pi", null)] // which is away
    [InlineData("在nas上查看磁盘，在home-pc上列出文件", "在nas上查看磁盘|在home-pc上列出文件")]
    public void Request_OfSeveralMachines_IsTakenApartWhereItIsClean(string text, string? parts) =>
        (SeveralMachines.Split(text, [_nas, _pc, _pi]) is { } split ? string.Join('|', split) : null).ShouldBe(parts);

    [Fact]
    public void Fleet_WithoutAModel_IsAskedOfTheHubInWordsThatTheRulesKnow()
    {
        var request = new RouteRequest("system status", [_nas, _pc], _nas.Id, false) { Hub = HubAbility.Rules };

        new Router().Decide(request).ShouldBeOfType<RouteDecision.OnHub>().Work.ShouldBe("list all machines");
        new Router().Decide(request with { Text = "系统状态", Chinese = true }).ShouldBeOfType<RouteDecision.OnHub>().Work.ShouldBe("查看所有机器");
        new Router().Decide(request with { Text = "which machines are online?" }).ShouldBeOfType<RouteDecision.OnHub>().Work.ShouldBe("which machines are online?");
        LabelledMessage.Label(new Router().Decide(request with { Hub = HubAbility.None })).ShouldBe("nas");
    }

    [Theory]
    [InlineData("what is a monad?", true)]
    [InlineData("write a poem about autumn", true)]
    [InlineData("remind me in 10 minutes to check the backup", true)]
    [InlineData("what time is it in Tokyo?", true)]
    [InlineData("解释一下递归", true)]
    [InlineData("list the files in src", false)]
    [InlineData("run git status", false)]
    [InlineData("what is in notes.md?", false)]
    [InlineData("how long has this machine been up?", false)]
    [InlineData("查看日志", false)]
    [InlineData("", false)]
    public void Hub_WithAModel_KnowsWhatNeedsAMachine(string text, bool can) => HubWork.Can(text, HubAbility.Model).ShouldBe(can);

    [Fact]
    public void Rules_AMachineCalledHub_IsTheMachine() =>
        LabelledMessage.Label(new Router().Decide(new RouteRequest("@hub hello", [new Machine("nod_9", "hub", true), _nas], null, false) { Hub = HubAbility.Model })).ShouldBe("hub");

    [Fact]
    public void Rules_NobodyOnline_OffersTheActiveOne() =>
        Decide("hello", [_nas with { Online = false }, _pi], _nas.Id).ShouldBeOfType<RouteDecision.Offline>().Machine.Name.ShouldBe("nas");

    [Fact]
    public void Rules_NoMachine_SaysHowToAddOne() => Decide("hello", []).ShouldBeOfType<RouteDecision.Nobody>().Text.ShouldContain("muster node join");

    [Theory]
    [InlineData("nas", "nas")]
    [InlineData("2", "home-pc")]
    [InlineData("on nas please", "nas")]
    [InlineData("on nas", "nas")]
    [InlineData("something else entirely, thanks", null)]
    [InlineData("在nas上", "nas")]
    [InlineData("用 nas 吧", "nas")]
    [InlineData("在nas上看看磁盘", null)]
    [InlineData("@nas uptime", null)]
    [InlineData("disk on nas", null)]
    [InlineData("@nas /status", null)]
    public void Answer_ToWhich_FindsTheMachine(string text, string? expected) => (Router.Answer(text, [_nas, _pc], [_nas.Id, _pc.Id])?.Name).ShouldBe(expected);

    [Fact]
    public void Answer_ByNumber_MeansTheListThatWasShown() => Router.Answer("2", [_nas], [_pc.Id, _nas.Id])!.Name.ShouldBe("nas");

    [Theory]
    [InlineData("/nodes", true)]
    [InlineData("/etc/hosts is missing", false)]
    [InlineData("hello /nodes", false)]
    public void Commands_Text_IsRecognised(string text, bool expected) => CommandBook.IsCommand(text).ShouldBe(expected);

    [Fact]
    public void Commands_Unknown_SuggestsTheNearest() =>
        new CommandBook([new NodesCommand(), new StopCommand()]).Run(new WrittenCommand("nods", ""), argument => new CommandCall(argument, [], null, null, false, default) { Tx = null!, User = null!, MessageId = "msg", Conversation = "" })
            .ShouldBeOfType<CommandResult.Say>().Text.ShouldContain("/nodes");

    private static RouteDecision Decide(string text, Machine[] machines, string? active = null) =>
        new Router().Decide(new RouteRequest(text, machines, active, Chinese: false));
}
