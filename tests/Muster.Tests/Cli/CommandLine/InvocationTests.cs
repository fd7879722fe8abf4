using Muster.Cli;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.CommandLine;

public sealed class InvocationTests : IDisposable
{
    private readonly Cockpit _cockpit = new();

    [Theory]
    [InlineData("aks", "Did you mean ask?")]
    [InlineData("nod list", "Did you mean node?")]
    [InlineData("node lst", "Did you mean list?")]
    [InlineData("up --urs x", "Did you mean --urls?")]
    public async Task Run_MistypedWord_SuggestsTheNearest(string line, string suggestion)
    {
        (await _cockpit.RunAsync(line.Split(' '))).ShouldBe(ExitCode.Usage);
        _cockpit.Error.ToString().ShouldContain(suggestion);
    }

    [Fact]
    public async Task Run_WordThatBeginsWithAt_IsTakenAsTyped()
    {
        await _cockpit.RunAsync("login", "ftp://@nas");
        _cockpit.Error.ToString().ShouldContain("ftp://@nas is no address of a hub");

        await _cockpit.RunAsync("node", "join", "@nas");
        _cockpit.Error.ToString().ShouldNotContain("Response file");
    }

    [Fact]
    public async Task Run_NoHub_SaysHowToGetOne()
    {
        (await _cockpit.RunAsync("nodes")).ShouldBe(ExitCode.NoHub);
        _cockpit.Error.ToString().ShouldContain("muster up");
    }

    [Fact]
    public async Task Run_OfACommandWithoutAHub_IsMustersOwnFailure()
    {
        (await _cockpit.RunAsync("run", "ls", "-la")).ShouldBe(ExitCode.Broken);
        _cockpit.Error.ToString().ShouldContain("muster up");
        _cockpit.Error.ToString().ShouldNotContain("--label");
    }

    [Fact]
    public async Task Run_HelpBeforeTheProgram_IsOfMuster()
    {
        (await _cockpit.RunAsync("run", "-de", "A=1", "--help")).ShouldBe(ExitCode.Ok);
        _cockpit.Out.ToString().ShouldContain("standard input is not");
    }

    [Fact]
    public async Task Help_OfARoot_HasOneLineForEachCommand()
    {
        (await _cockpit.RunAsync("--help")).ShouldBe(ExitCode.Ok);
        var text = _cockpit.Out.ToString();
        text.ShouldContain("Ask once and get the answer.");
        text.ShouldNotContain("journalctl");
    }

    [Fact]
    public async Task Help_OfOwner_HasWholeSentences()
    {
        (await _cockpit.RunAsync("owner", "--help")).ShouldBe(ExitCode.Ok);
        _cockpit.Out.ToString().ShouldContain("Forget the owner's password, when it was lost.");
        _cockpit.Out.ToString().ShouldNotContain("touched:");
    }

    [Fact]
    public async Task Login_HubThatIsNotThere_SaysSoBeforeItAsks()
    {
        (await _cockpit.RunAsync("login", "http://127.0.0.1:1")).ShouldBe(ExitCode.NoHub);

        _cockpit.Error.ToString().ShouldNotContain("User name");
        _cockpit.Error.ToString().ShouldContain("(127.0.0.1:1). Is it running?");
        _cockpit.Error.ToString().ShouldNotContain("muster up");
    }

    [Fact]
    public async Task Ask_NothingSaid_IsAUsageMistake()
    {
        (await _cockpit.RunAsync("ask")).ShouldBe(ExitCode.Usage);
        _cockpit.Error.ToString().ShouldContain("What do you want to know?");
    }

    [Fact]
    public async Task Up_BrokenConfiguration_ListsItsMistakesAndStartsNothing()
    {
        _cockpit.Write("muster.yaml", "modle: x\nagent: { max_turns: 0 }\n");

        (await _cockpit.RunAsync("up")).ShouldBe(ExitCode.Usage);

        _cockpit.Error.ToString().ShouldContain("muster.yaml:1: There is no key modle. Did you mean model?");
        _cockpit.Error.ToString().ShouldContain("muster.yaml:2: agent.max_turns is 0; it must be 1 to 1000.");
    }

    [Fact]
    public async Task ConfigShow_Secret_IsMaskedAndItsSourceNamed()
    {
        _cockpit.Variables["OPENAI_API_KEY"] = "sk-0123456789abcdef";

        (await _cockpit.RunAsync("config", "show")).ShouldBe(ExitCode.Ok);

        _cockpit.Out.ToString().ShouldContain("models.default.api_key\t…cdef\tOPENAI_API_KEY (environment)");
        _cockpit.Out.ToString().ShouldNotContain("0123456789");
    }

    [Fact]
    public async Task ConfigSet_ThenShow_HasTheValueFromItsLine()
    {
        (await _cockpit.RunAsync("config", "set", "tools.shell.isolation", "host")).ShouldBe(ExitCode.Ok);
        (await _cockpit.RunAsync("config", "set", "tools.shell.isolation", "hots")).ShouldBe(ExitCode.Usage);
        (await _cockpit.RunAsync("config", "show")).ShouldBe(ExitCode.Ok);

        _cockpit.Out.ToString().ShouldContain("tools.shell.isolation\thost\tmuster.yaml:3");
        File.GetUnixFileMode(Path.Combine(_cockpit.Home, "muster.yaml")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Theory]
    [InlineData("model", "nope", "there is no models.nope")]
    [InlineData("urls", "notaurl", "such as http://127.0.0.1:5000")]
    [InlineData("hosts", "http://nas", "without http://")]
    public async Task ConfigSet_ValueThatIsNone_IsRefusedAndNothingWritten(string key, string value, string sentence)
    {
        (await _cockpit.RunAsync("config", "set", key, value)).ShouldBe(ExitCode.Usage);

        _cockpit.Error.ToString().ShouldContain(sentence);
        File.Exists(Path.Combine(_cockpit.Home, "muster.yaml")).ShouldBeFalse();
    }

    [Fact]
    public async Task ConfigUnset_AfterSet_LeavesTheRest()
    {
        _cockpit.Write("muster.yaml", "# mine\nlan: true\nmodels: { a: { model: one } }\n");
        (await _cockpit.RunAsync("config", "set", "model", "a")).ShouldBe(ExitCode.Ok);
        (await _cockpit.RunAsync("config", "unset", "model")).ShouldBe(ExitCode.Ok);
        (await _cockpit.RunAsync("config", "unset", "model")).ShouldBe(ExitCode.NotFound);
        (await _cockpit.RunAsync("config", "unset", "models.a.model")).ShouldBe(ExitCode.Ok);

        (await File.ReadAllTextAsync(Path.Combine(_cockpit.Home, "muster.yaml"), TestContext.Current.CancellationToken)).ShouldBe("# mine\nlan: true\n");
    }

    [Fact]
    public async Task Run_EnvironmentFileThatIsNone_IsRefusedByEveryCommand()
    {
        Directory.CreateDirectory(_cockpit.Home);
        (await _cockpit.RunAsync("status", "--env-file", "/nowhere/my.env")).ShouldBe(ExitCode.Usage);
        (await _cockpit.RunAsync("status", "--env-file", _cockpit.Home)).ShouldBe(ExitCode.Usage);

        _cockpit.Error.ToString().ShouldContain("There is no file /nowhere/my.env (--env-file).");
        _cockpit.Error.ToString().ShouldContain("is a folder (--env-file)");
    }

    [Fact]
    public async Task Trust_AFolder_IsListedUntilRemoved()
    {
        Directory.CreateDirectory(_cockpit.Home);
        (await _cockpit.RunAsync("trust", "--list")).ShouldBe(ExitCode.Ok);
        _cockpit.Error.ToString().ShouldContain("No folder is trusted.");
        (await _cockpit.RunAsync("trust", _cockpit.Home)).ShouldBe(ExitCode.Ok);
        (await _cockpit.RunAsync("trust", "--list", "--json")).ShouldBe(ExitCode.Ok);
        _cockpit.Out.ToString().ShouldBe($$"""{"folder":"{{_cockpit.Home}}"}""" + "\n");
        (await _cockpit.RunAsync("trust", "--list")).ShouldBe(ExitCode.Ok);
        _cockpit.Out.ToString().ShouldContain(_cockpit.Home);
        (await _cockpit.RunAsync("trust", "/nowhere/at/all")).ShouldBe(ExitCode.NotFound);
    }

    [Theory]
    [InlineData("ask --timeout abc hi", "--timeout is \"abc\"")]
    [InlineData("ask --timeout NaN hi", "--timeout is \"NaN\"")]
    [InlineData("ask --timeout 0 hi", "--timeout is \"0\"")]
    [InlineData("ask --timeout 1e10 hi", "--timeout is \"1e10\"")]
    [InlineData("ask --timeout 999999999999 hi", "at most 30 days")]
    [InlineData("logs -n -5", "--lines is \"-5\"")]
    [InlineData("bench nope", "There is no measurement \"nope\"")]
    [InlineData("ask --bogus x", "no option --bogus")]
    [InlineData("ask -x y", "no option -x")]
    [InlineData("ask hello --tiemout=3", "Did you mean --timeout?")]
    [InlineData("plan --nod nas fix it", "muster plan has no option --nod.")]
    [InlineData("schedule add 10m --tims 3 knock", "muster schedule add has no option --tims. Did you mean --times?")]
    [InlineData("conversation show ''", "ID is empty")]
    [InlineData("conversation delete ''", "ID is empty")]
    [InlineData("run --memroy 5 -- ls", "muster run has no option --memroy. Did you mean --memory?")]
    [InlineData("run --cpu 1 -de A=1 --memroy=5 ls", "muster run has no option --memroy. Did you mean --memory?")]
    [InlineData("run -z ls", "muster run has no option -z.")]
    [InlineData("run -- --memroy 5", "\"--memroy\" is no program")]
    [InlineData("run", "There is nothing to run")]
    [InlineData("node remove ''", "NODE is empty")]
    [InlineData("node rename '' x", "NODE is empty")]
    [InlineData("node rename x ''", "NAME is empty")]
    [InlineData("trust ''", "DIR is empty")]
    [InlineData("ask --node '' hi", "--node is empty")]
    [InlineData("status --env-file ''", "--env-file is empty")]
    public async Task Run_ValueThatIsNone_IsAUsageMistakeAndPrintsNothingElse(string line, string sentence)
    {
        (await _cockpit.RunAsync([.. line.Split(' ').Select(word => word == "''" ? "" : word)])).ShouldBe(ExitCode.Usage);
        _cockpit.Error.ToString().ShouldContain(sentence);
        _cockpit.Out.ToString().ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_FaultThatNobodyForesaw_IsOneSentenceWithItsDetailInAFile()
    {
        _cockpit.Write("login.json", """{"url":"no address","token":"x"}""");

        (await _cockpit.RunAsync("status")).ShouldBe(ExitCode.Failed);

        _cockpit.Error.ToString().Trim().ShouldNotContain("\n");
        var file = Path.Combine(_cockpit.Home, "logs", "crash.log");
        _cockpit.Error.ToString().ShouldContain(file);
        (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ShouldContain("UriFormatException");
    }

    [Fact]
    public async Task Ask_HubThatNeverAnswers_EndsWithItsTimeout()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        _cockpit.Write("login.json", $$"""{"url":"http://{{listener.LocalEndpoint}}","token":"x"}""");

        (await _cockpit.RunAsync("ask", "--timeout", "0.5", "hi")).ShouldBe(ExitCode.TimedOut);

        _cockpit.Error.ToString().ShouldContain("no answer within 0.5 s");
    }

    [Theory]
    [InlineData("mjt_")]
    [InlineData("mjt_e30")]
    [InlineData("hello")]
    public async Task NodeJoin_NoToken_SaysWhatATokenIs(string token)
    {
        (await _cockpit.RunAsync("node", "join", token)).ShouldBe(ExitCode.Usage);
        _cockpit.Error.ToString().ShouldContain("begins with mjt_");
    }

    public void Dispose() => _cockpit.Dispose();
}
