using System.Text.Json;
using Muster.Cli;
using Muster.Tests.Hub.Accounts;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Accounts;

public sealed class AccountCommandTests : PeopleTest
{
    [Fact]
    public async Task Invite_Register_AndUse_ByTheCommandsThatArePrinted()
    {
        var (_, output, _) = await RunAsync("user", "invite", "--role", "guest", "--email", "bob@example.org");
        output.Trim().ShouldStartWith($"muster register {App.Hub.Urls[0]} --invite miv_");
        using var bob = new Cockpit { Input = PeopleTest.Password + "\n" };

        (await bob.RunAsync([.. output.Trim().Split(' ')[1..], "--user", "bob", "--email", "bob@example.org"])).ShouldBe(ExitCode.Ok, bob.Error.ToString());
        (await bob.RunAsync("session", "list", "--json")).ShouldBe(ExitCode.Ok);

        JsonDocument.Parse(bob.Out.ToString()).RootElement.GetProperty("current").GetBoolean().ShouldBeTrue();
        JsonDocument.Parse((await RunAsync("user", "show", "bob", "--json")).Output).RootElement.GetProperty("role").GetString().ShouldBe("guest");
        (await RunAsync("user", "invites")).Output.ShouldContain("used: bob");
        (await bob.RunAsync("user", "list")).ShouldBe(ExitCode.NotAllowed);
    }

    [Fact]
    public async Task Register_InAPipeWithoutAnInvitation_SaysWhatIsNeeded()
    {
        using var bob = new Cockpit { Input = PeopleTest.Password + "\n" };

        (await bob.RunAsync("register", App.Hub.Urls[0], "--user", "bob", "--email", "bob@example.org")).ShouldBe(ExitCode.NotAllowed);

        bob.Error.ToString().ShouldContain("needs an invitation");
        File.Exists(Path.Combine(bob.Home, "login.json")).ShouldBeFalse();
    }

    [Fact]
    public async Task Password_ResetByTheCommandThatIsPrinted_Works()
    {
        await JoinAsync("bob");
        var (_, command, _) = await RunAsync("user", "reset", "bob");
        using var bob = new Cockpit { Input = "battery staple\n" };

        (await bob.RunAsync(command.Trim().Split(' ')[1..])).ShouldBe(ExitCode.Ok, bob.Error.ToString());

        await LoginAsync("bob", "battery staple");
        (await RunAsync("password", "--reset", "mpr_x")).Code.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task Roles_DisablingAndRemoving_AreDoneAndSaid()
    {
        await JoinAsync("bob");

        (await RunAsync("user", "role", "bob", "admin")).Error.ShouldContain("bob is admin now");
        (await RunAsync("user", "role", "bob", "king")).Code.ShouldBe(ExitCode.Usage);
        (await RunAsync("user", "disable", "bob")).Error.ShouldContain("kept out");
        (await RunAsync("user", "list")).Output.ShouldContain("disabled");
        (await RunAsync("user", "enable", "bob")).Error.ShouldContain("sign in again");
        (await RunAsync("user", "remove", "bob")).Code.ShouldBe(ExitCode.Usage);
        (await RunAsync("user", "remove", "bob", "--yes")).Code.ShouldBe(ExitCode.Ok);
        (await RunAsync("user", "show", "bob")).Code.ShouldBe(ExitCode.NotFound);
        (await RunAsync("user", "role", "ada", "guest")).Error.ShouldContain("last owner");
    }

    [Fact]
    public async Task Key_CreatedListedAndRevoked_IsWhatItSays()
    {
        var (_, secret, told) = await RunAsync("key", "create", "ci", "--scope", "ask", "run", "--budget", "2.5", "--days", "3");
        told.ShouldContain("0.000000 of 2.500000");
        using var program = App.NewClient(secret.Trim());
        var me = await OkAsync(program, HttpMethod.Get, "me");
        var id = me.GetProperty("key").GetString()!;

        me.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()).ShouldBe(["ask", "run"]);
        JsonDocument.Parse((await RunAsync("key", "show", id, "--json")).Output).RootElement.GetProperty("budget").GetString().ShouldBe("2.500000");
        (await RunAsync("key", "list")).Output.ShouldNotContain(secret.Trim().Split('.')[1]);
        (await RunAsync("key", "revoke", id)).Code.ShouldBe(ExitCode.Ok);
        (await SendAsync(program, HttpMethod.Get, "me")).Status.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
        (await RunAsync("key", "create", "x", "--budget", "1e3")).Error.ShouldContain("--budget is \"1e3\"");
    }

    [Fact]
    public async Task Node_AllowAndDeny_ChangeOneList()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await JoinAsync("bob");
        await JoinAsync("eve");

        await RunAsync("node", "allow", "nas", "bob", "ask");
        await RunAsync("node", "allow", "nas", "eve", "ask");
        await RunAsync("node", "allow", "nas", "eve", "run");
        await RunAsync("node", "deny", "nas", "BOB", "ask");

        var lists = JsonDocument.Parse((await RunAsync("node", "permissions", "nas", "--json")).Output).RootElement;
        lists.GetProperty("ask").EnumerateArray().Select(name => name.GetString()).ShouldBe(["eve"]);
        lists.GetProperty("run").EnumerateArray().Select(name => name.GetString()).ShouldBe(["eve"]);
        (await RunAsync("node", "allow", "nas", "nobody", "ask")).Error.ShouldContain("no user named");
    }

    [Fact]
    public async Task NodeRemove_AsksAPersonAndNeedsYesElsewhere()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        using var person = new Cockpit();
        person.SignIn(App);
        person.AtTerminal("n\n");

        (await RunAsync("node", "remove", "nas")).Error.ShouldContain("say so with --yes");
        (await person.RunAsync("node", "remove", "nas")).ShouldBe(ExitCode.Failed);
        person.Error.ToString().ShouldContain("Nothing was removed.");
        (await RunAsync("node", "show", "nas")).Code.ShouldBe(ExitCode.Ok);
        (await RunAsync("node", "remove", "nas", "--yes")).Code.ShouldBe(ExitCode.Ok);
        (await RunAsync("node", "show", "nas")).Code.ShouldBe(ExitCode.NotFound);
    }

    [Theory]
    [InlineData("member", "muster node token")]
    [InlineData("guest", "muster node allow NODE bob ask")]
    public async Task Nodes_OfSomebodyWithoutAny_SayWhomToAsk(string role, string sentence)
    {
        var person = await JoinAsync("bob", role);
        using var bob = new Cockpit();
        bob.SignIn(App.Hub.Urls[0], person.Login.GetProperty("access_token").GetString()!);

        (await bob.RunAsync("nodes")).ShouldBe(ExitCode.Ok);

        bob.Error.ToString().ShouldContain(sentence);
        bob.Error.ToString().ShouldNotContain("No machine has joined");
        (await RunAsync("nodes")).Error.ShouldContain("No machine has joined");
    }

    [Fact]
    public async Task Refusal_WithOneFieldThatSaysItAll_IsPrintedOnce()
    {
        var (code, _, told) = await RunAsync("wallet", "transfer", "ada", "1", "--yes");

        code.ShouldBe(ExitCode.Usage);
        told.Split("That is yourself").Length.ShouldBe(2, told);
    }

    [Fact]
    public async Task Disabled_Person_ReadsThatTheAccountIsDisabled()
    {
        using var bob = new Cockpit { Input = PeopleTest.Password + "\n" };
        var (_, command, _) = await RunAsync("user", "invite");
        (await bob.RunAsync([.. command.Trim().Split(' ')[1..], "--user", "bob", "--email", "bob@example.org"])).ShouldBe(ExitCode.Ok, bob.Error.ToString());
        await RunAsync("user", "disable", "bob");

        (await bob.RunAsync("status")).ShouldBe(ExitCode.NotAllowed);

        bob.Error.ToString().ShouldContain("This account is disabled");
    }

    [Fact]
    public async Task Audit_ListedAndVerified_EndsWithOneWhenItWasChanged()
    {
        await JoinAsync("bob");
        (await RunAsync("audit", "list", "--action", "user")).Output.ShouldContain("user.register");
        (await RunAsync("audit", "verify")).Error.ShouldContain("All 2 entries");

        await Database.WriteAsync(tx => tx.Execute("update audit set username = 'eve' where number = 1"), Cancel);

        var (code, _, told) = await RunAsync("audit", "verify");
        code.ShouldBe(ExitCode.Failed);
        told.ShouldContain("Entry 1");
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var cockpit = new Cockpit();
        cockpit.SignIn(App);
        var code = await cockpit.RunAsync(args);
        return (code, cockpit.Out.ToString(), cockpit.Error.ToString());
    }
}
