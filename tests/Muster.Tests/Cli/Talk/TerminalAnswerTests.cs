using System.Text.Json;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Talk;

public sealed class TerminalAnswerTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly TerminalAnswer _answer;

    public TerminalAnswerTests() => _answer = new TerminalAnswer(new StreamScreen(_output), colour: false, TimeProvider.System);

    [Fact]
    public void Interject_WhileAToolWorks_StandsAboveItsOneLine()
    {
        _answer.Show(Started("sleep 5"));
        _answer.Interject("> and then?");
        _answer.Show(Finished());

        Lines().ShouldBe(["> and then?", "▸ shell sleep 5 ✓ 0.0 s", ""]);
    }

    [Fact]
    public void Update_OfTheToolAtWork_ShowsItsLastLineUntilItEnds()
    {
        _answer.Show(Started("make"));
        _answer.Show(new ToolUpdate("run_1", "call_1", "compiling\nlinking \u001b[2J\n"));
        Lines().ShouldBe(["▸ shell make … linking [2J"]);

        _answer.Show(Finished());
        _answer.Show(new ToolUpdate("run_1", "call_1", "too late"));

        Lines().ShouldBe(["▸ shell make ✓ 0.0 s", ""]);
    }

    [Fact]
    public void Interject_WhileTextStreams_StandsBelowIt()
    {
        _answer.Show(new MessageUpdate("run_1", "msg_1", 0, "text", 0, "Half an", null));
        _answer.Interject("> and then?");

        Lines().ShouldBe(["Half an", "> and then?", ""]);
    }

    [Theory]
    [InlineData(false, "Stopped.\n")]
    [InlineData(true, "")]
    public void Show_Stopped_IsToldOnce(bool told, string shown)
    {
        _answer.StopIsTold = told;

        _answer.Show(new AgentEnd("run_1", "aborted", null, null));

        _output.ToString().ShouldBe(shown);
    }

    public void Dispose() => _output.Dispose();

    /// <summary>What stays on a terminal: a line that begins anew takes the place of what stood there.</summary>
    private string[] Lines() => [.. _output.ToString().Split('\n').Select(line => line.Split(Ansi.EraseLine)[^1])];

    private static ToolStart Started(string command) =>
        new("run_1", "call_1", "shell", JsonDocument.Parse($$"""{"command":"{{command}}"}""").RootElement);

    private static ToolEnd Finished() => new("run_1", "call_1", "shell", IsError: false, "", null);
}
