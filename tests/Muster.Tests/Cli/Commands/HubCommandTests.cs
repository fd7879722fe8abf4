using Muster.Cli;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Commands;

/// <summary>Commands against a real hub.</summary>
public sealed class HubCommandTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly Cockpit _cockpit = new();
    private HubApplication _hub = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _hub = await HubApplication.StartAsync(_folder.Path);

    [Fact]
    public async Task Login_HubWithoutOwner_SaysSoBeforeItAsks()
    {
        (await _cockpit.RunAsync("login", _hub.Hub.Urls[0])).ShouldBe(ExitCode.NotAllowed);

        _cockpit.Error.ToString().ShouldContain("has no owner yet");
        _cockpit.Error.ToString().ShouldNotContain("User name");
    }

    [Fact]
    public async Task NodeToken_HubOnThisMachineAlone_WarnsThatOthersCannotReachIt()
    {
        _cockpit.SignIn(_hub);

        (await _cockpit.RunAsync("node", "token")).ShouldBe(ExitCode.Ok);

        _cockpit.Out.ToString().ShouldStartWith("muster node join mjt_");
        _cockpit.Error.ToString().ShouldContain("where only this machine reaches it");
        _cockpit.Error.ToString().ShouldContain("no owner yet");
    }

    [Fact]
    public async Task NodeToken_HubWithAnOwner_WarnsOfNoneMissing()
    {
        await _hub.ClaimAsync("correct horse");
        _cockpit.SignIn(_hub);

        await _cockpit.RunAsync("node", "token");

        _cockpit.Error.ToString().ShouldNotContain("no owner yet");
    }

    [Theory]
    [InlineData("status")]
    [InlineData("nodes")]
    public async Task Run_OnAMachineThatOnlyJoined_NamesItsHubAndHowToSignIn(string line)
    {
        using var owner = new Cockpit();
        owner.SignIn(_hub);
        await owner.RunAsync("node", "token");
        var token = owner.Out.ToString().Split(' ')[3];
        (await _cockpit.RunAsync("node", "join", token, "--name", "nas")).ShouldBe(ExitCode.Ok);
        var identity = await File.ReadAllTextAsync(Path.Combine(_cockpit.Home, "node.json"), Cancel);

        (await _cockpit.RunAsync(line.Split(' '))).ShouldBe(ExitCode.NoHub);

        _cockpit.Error.ToString().ShouldContain($"This machine is nas of the hub at {_hub.Hub.Urls[0]}");
        _cockpit.Error.ToString().ShouldContain($"muster login {_hub.Hub.Urls[0]}");
        (await File.ReadAllTextAsync(Path.Combine(_cockpit.Home, "node.json"), Cancel)).ShouldBe(identity);
    }

    [Fact]
    public async Task ConversationList_WithoutATitle_HasAPlaceholder()
    {
        _cockpit.SignIn(_hub);
        await _hub.ConversationAsync(Cancel);

        (await _cockpit.RunAsync("conversation", "list")).ShouldBe(ExitCode.Ok);

        _cockpit.Out.ToString().ShouldContain("\t(no title)\t");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("exit\nhello\n")]
    [InlineData("/quit\n")]
    public async Task Chat_NothingSaid_LeavesNoConversation(string input)
    {
        _cockpit.SignIn(_hub);
        _cockpit.Input = input;

        (await _cockpit.RunAsync("chat")).ShouldBe(ExitCode.Ok);
        (await _cockpit.RunAsync("conversation", "list", "--json")).ShouldBe(ExitCode.Ok);

        _cockpit.Out.ToString().ShouldBeEmpty();
    }

    [Fact]
    public async Task Ask_MachineThatIsNotThere_IsNotFound()
    {
        _cockpit.SignIn(_hub);

        (await _cockpit.RunAsync("ask", "--node", "nope", "hi")).ShouldBe(ExitCode.NotFound);
    }

    [Fact]
    public async Task Ask_MachineThatIsOffline_FailsAndSaysHowToAnswer()
    {
        _cockpit.SignIn(_hub);
        await (await _hub.JoinAsync("nas", Cancel)).DisposeAsync();
        await Eventually.TrueAsync(async () => { _cockpit.Out.GetStringBuilder().Clear(); await _cockpit.RunAsync("nodes"); return _cockpit.Out.ToString().Contains("offline", StringComparison.Ordinal); }, Cancel);

        (await _cockpit.RunAsync("ask", "@nas is the backup done?")).ShouldBe(ExitCode.Failed);

        _cockpit.Error.ToString().ShouldContain("muster ask -c yes");
    }

    [Theory]
    [InlineData("approve")]
    [InlineData("deny")]
    public async Task Approve_WithoutATerminal_IsRefused(string command)
    {
        _cockpit.SignIn(_hub);
        _cockpit.Input = "password\n";

        (await _cockpit.RunAsync("approvals")).ShouldBe(ExitCode.Ok);
        (await _cockpit.RunAsync(command, "abcdef")).ShouldBe(ExitCode.NotAllowed);

        _cockpit.Error.ToString().ShouldContain("Nothing waits for your yes.");
        _cockpit.Error.ToString().ShouldContain("Only a person at a terminal");
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _cockpit.Dispose();
        _folder.Dispose();
    }
}
