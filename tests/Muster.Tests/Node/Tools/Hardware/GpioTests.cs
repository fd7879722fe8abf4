using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Node;
using Muster.Node.Policy;
using Muster.Testing;
using Muster.Tests.Node.Assistant;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Tools.Hardware;

/// <summary>Pins of a made-up machine: scripts in the place of libgpiod's programs, which print as those do and keep what they were asked.</summary>
public sealed class GpioTests : IDisposable
{
    private const string Detect = "gpiochip0 [pinctrl-bcm2711] (4 lines)\ngpiochip1 [raspberrypi-exp-gpio] (2 lines)\n";

    private const string FirstInfo = """
        gpiochip0 - 4 lines:
        	line   0:     "ID_SDA"       unused   input  active-high 
        	line   1:      unnamed "onewire@11" output active-low [used open-drain]
        	line   2:      "RELAY"       unused  output  active-high 
        	line   3:       "TWIN"       unused   input  active-high 
        gpiochip1 - 2 lines:
        	line   0:       "TWIN"       kernel   input  active-high [used]
        	line   1:      unnamed       unused   input  active-high 

        """;

    private const string SecondInfo = """
        gpiochip0 - 4 lines:
        	line   0:	"ID_SDA"        	input
        	line   1:	unnamed         	output active-low drive=open-drain consumer="onewire@11 input"
        	line   2:	"RELAY"         	output
        	line   3:	"TWIN"          	input bias=pull-up
        gpiochip1 - 2 lines:
        	line   0:	"TWIN"          	input consumer="kernel"
        	line   1:	unnamed         	input

        """;

    private readonly TemporaryFolder _root = new();

    private string Bin => Path.Combine(_root.Path, "bin");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task List_OfEitherVersion_TellsChipsAndLines(int version)
    {
        Install(version);
        using var bench = Bench();

        var listing = JsonElement.Parse(await bench.TextAsync("gpio", new { action = "list" }));

        listing.GetProperty("chips").EnumerateArray().Select(chip => chip.GetProperty("label").GetString()).ShouldBe(["pinctrl-bcm2711", "raspberrypi-exp-gpio"]);
        listing.GetProperty("lines").EnumerateArray().Take(3).Select(line => line.GetRawText()).ShouldBe(
        [
            """{"chip":"gpiochip0","offset":0,"name":"ID_SDA","direction":"input","used":false,"active_low":false}""",
            """{"chip":"gpiochip0","offset":1,"direction":"output","used":true,"active_low":true}""",
            """{"chip":"gpiochip0","offset":2,"name":"RELAY","direction":"output","used":false,"active_low":false}""",
        ]);
    }

    [Theory]
    [InlineData(1, """{"line":"RELAY"}""", "gpioget gpiochip0 2")]
    [InlineData(1, """{"chip":"pinctrl-bcm2711","offset":3,"pull":"up","active_low":true}""", "gpioget --active-low --bias=pull-up gpiochip0 3")]
    [InlineData(2, """{"line":"RELAY"}""", "gpioget --numeric --as-is --chip gpiochip0 2")]
    [InlineData(2, """{"chip":"/dev/gpiochip1","line":"TWIN","pull":"none"}""", "gpioget --numeric --bias=disable --chip gpiochip1 0")]
    [InlineData(2, """{"chip":"0","offset":3,"pull":"down"}""", "gpioget --numeric --bias=pull-down --chip gpiochip0 3")]
    public async Task Read_OfEitherVersion_AsksInItsWords(int version, string arguments, string asked)
    {
        Install(version);
        using var bench = Bench();

        var answer = JsonElement.Parse(await bench.TextAsync("gpio", With("read", arguments)));

        answer.GetProperty("value").GetInt32().ShouldBe(1);
        Asked().ShouldContain(asked);
    }

    [Theory]
    [InlineData(1, """{"line":"RELAY","value":1}""", "gpioset --mode=exit gpiochip0 2=1")]
    [InlineData(1, """{"line":"RELAY","value":0,"active_low":true,"hold_seconds":1.5}""", "gpioset --active-low --mode=time --sec=1 --usec=500000 gpiochip0 2=0")]
    [InlineData(2, """{"line":"RELAY","value":1}""", "gpioset --toggle 0 --chip gpiochip0 2=1")]
    [InlineData(2, """{"chip":"gpiochip1","offset":1,"value":1,"pull":"up","hold_seconds":0.2}""", "gpioset --bias=pull-up --hold-period 200ms --toggle 0 --chip gpiochip1 1=1")]
    public async Task Write_OfEitherVersion_SetsInItsWords(int version, string arguments, string asked)
    {
        Install(version);
        using var bench = Bench();

        await bench.TextAsync("gpio", With("write", arguments));

        Asked().ShouldContain(asked);
    }

    [Theory]
    [InlineData("""{"line":"RELAI","value":1}""", "Did you mean \"RELAY\"?")]
    [InlineData("""{"line":"TWIN","value":1}""", "2 lines are called \"TWIN\"")]
    [InlineData("""{"chip":"gpiochip0","offset":9,"value":1}""", "its lines are 0 to 3")]
    [InlineData("""{"chip":"--help","offset":0,"value":1}""", "There is no chip \"--help\"")]
    [InlineData("""{"value":1}""", "Which line?")]
    [InlineData("""{"line":"RELAY"}""", "`value`, which is 0 or 1")]
    public async Task Write_ThatNamesNoLine_SetsNothingAndSaysWhy(string arguments, string told)
    {
        Install(1);
        using var bench = Bench();

        (await bench.ErrorAsync("gpio", With("write", arguments))).ShouldContain(told);
        Asked().ShouldNotContain(line => line.StartsWith("gpioset", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("echo 'gpioset: error setting the GPIO line values: Permission denied' >&2; exit 1", "usermod -aG gpio")]
    [InlineData("echo 'gpioset: unable to request lines: Device or resource busy' >&2; exit 1", "Something else holds this line")]
    public async Task Write_ThatFails_SaysWhatToDo(string script, string told)
    {
        Install(1);
        Script("gpioset", script);
        using var bench = Bench();

        (await bench.ErrorAsync("gpio", new { action = "write", line = "RELAY", value = 1 })).ShouldContain(told);
    }

    [Fact]
    public async Task Write_Stopped_LetsGoOfTheLine()
    {
        Install(2);
        Script("gpioset", $"echo $$ > {_root.Path}/pid; exec /bin/sleep 300");
        using var bench = Bench();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var writing = bench.CallAsync("gpio", new { action = "write", line = "RELAY", value = 1, hold_seconds = 600 }, stop.Token);
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(_root.Path, "pid")) && File.ReadAllText(Path.Combine(_root.Path, "pid")).EndsWith('\n'), stop.Token);
        var process = File.ReadAllText(Path.Combine(_root.Path, "pid")).Trim();

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => writing);
        await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{process}"), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Any_MachineWithoutPinsOrPrograms_SaysWhichIsMissing()
    {
        using var bench = Bench();
        (await bench.ErrorAsync("gpio", new { action = "list" })).ShouldContain("This machine has no GPIO pins");

        Chip();
        (await bench.ErrorAsync("gpio", new { action = "list" })).ShouldContain("apt install gpiod");
    }

    [Theory]
    [InlineData("list", PolicyAction.Allow)]
    [InlineData("read", PolicyAction.Allow)]
    [InlineData("write", PolicyAction.Ask)]
    [InlineData(null, PolicyAction.Ask)]
    public void Policy_WithoutARule_AsksBeforeAWriteOnly(string? action, PolicyAction decided) =>
        new ToolPolicy("/work", []).Decide("gpio", JsonSerializer.SerializeToElement(action is null ? (object)new { line = "x" } : new { action }), Muster.Node.Sandbox.ShellIsolation.Process)
            .Action.ShouldBe(decided);

    [Fact]
    public async Task Node_WithAChip_AnnouncesItAndAsksBeforeItSetsAPin()
    {
        var cancel = TestContext.Current.CancellationToken;
        Install(1);
        await using var bench = await NodeBench.StartAsync(cancel, options => options with { MachineRoot = _root.Path, Tools = options.Tools with { ProgramPath = Bin } });
        var nodes = JsonElement.Parse(await bench.Hub.Client.GetStringAsync("/api/v1/nodes", cancel));
        nodes.GetRawText().ShouldContain("\"gpio\"");
        nodes.GetRawText().ShouldContain("\"web\"");
        bench.Model.Calls("gpio", """{"action":"write","line":"RELAY","value":1}""").Says("Done.");

        await bench.AskAsync("switch the relay on", cancel);

        bench.Model.Requests[^1].Messages.OfType<ToolResultMessage>().Last().Text.ShouldContain("tools.policy");
        Asked().ShouldNotContain(line => line.StartsWith("gpioset", StringComparison.Ordinal));
    }

    public void Dispose() => _root.Dispose();

    private ToolBench Bench() => new(options => options with { MachineRoot = _root.Path, ProgramPath = Bin });

    private static JsonElement With(string action, string arguments) => JsonElement.Parse($$"""{"action":"{{action}}",{{arguments[1..]}}""");

    private string[] Asked() => File.Exists(Path.Combine(_root.Path, "asked")) ? File.ReadAllLines(Path.Combine(_root.Path, "asked")) : [];

    private void Chip() => File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_root.Path, "dev")).FullName, "gpiochip0"), "");

    private void Install(int version)
    {
        Chip();
        File.WriteAllText(Path.Combine(_root.Path, "detect"), Detect);
        File.WriteAllText(Path.Combine(_root.Path, "info"), version == 1 ? FirstInfo : SecondInfo);
        Script("gpiodetect", $"[ \"$1\" = --version ] && echo 'gpiodetect (libgpiod) v{(version == 1 ? "1.6.3" : "2.2.1")}' || /bin/cat {_root.Path}/detect");
        Script("gpioinfo", $"/bin/cat {_root.Path}/info");
        Script("gpioget", "echo 1");
        Script("gpioset", "exit 0");
    }

    private void Script(string name, string body)
    {
        var path = Path.Combine(Directory.CreateDirectory(Bin).FullName, name);
        File.WriteAllText(path, $"#!/bin/bash\necho \"{name} $*\" >> {_root.Path}/asked\n{body}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
