using Muster.Cli.Talk;
using Muster.Client;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Talk;

public sealed class PlainAnswerTests : IDisposable
{
    private readonly Cockpit _cockpit = new();

    [Fact]
    public void Show_AnswerThatBrokeOffTwice_OutputHasTheWholeOneAlone()
    {
        Show(Said("Half an", "error"), Said("Half an", "error"), Said("Half an answer is whole now.", "stop"), Ended("completed"));

        _cockpit.Out.ToString().ShouldBe("Half an answer is whole now.\n");
        _cockpit.Error.ToString().ShouldBeEmpty();
    }

    [Fact]
    public void Show_RunThatFailed_OutputIsEmptyAndWhatThereIsStandsBesideIt()
    {
        Show(Said("Half an", "error"), Said("Half an", "error"), Ended("failed", "The model is gone."));

        _cockpit.Out.ToString().ShouldBeEmpty();
        _cockpit.Error.ToString().ShouldBe("Half an\nThe model is gone.\n");
    }

    [Fact]
    public void Show_ToolThatFailed_IsToldOnceWhenItIsTheAnswer()
    {
        Show(Began("offline"), Failed("file_read"), Said("That did not work: no such file", "stop"));
        Show(Began("gpt"), Failed("file_write"), Said("I could not.", "stop"));

        _cockpit.Error.ToString().ShouldBe("✗ file_write: no such file\n");
        _cockpit.Out.ToString().ShouldBe("That did not work: no such file\nI could not.\n");
    }

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "nas: nas is the active machine.\n")]
    public void Show_WhichMachine_IsToldWhereThereAreSeveral(bool several, string told)
    {
        new PlainAnswer(_cockpit.Surroundings, several).Show(new Routed("msg_1", "run_1", "node_1", "nas", "nas is the active machine.", Steered: false));

        _cockpit.Error.ToString().ShouldBe(told);
    }

    public void Dispose() => _cockpit.Dispose();

    private void Show(params MusterEvent[] events)
    {
        var view = new PlainAnswer(_cockpit.Surroundings, several: false);
        events.ToList().ForEach(view.Show);
        view.End();
    }

    private static AgentStart Began(string model) => new("run_1", "nas", model, Resumed: false);

    private static ToolEnd Failed(string tool) => new("run_1", "call_1", tool, IsError: true, "no such file", null);

    private static MessageEnd Said(string text, string reason) =>
        new("run_1", new ThreadMessage("msg_2", "assistant", null, [new MessageContent("text", text, null, null, null)]) { StopReason = reason });

    private static AgentEnd Ended(string outcome, string? error = null) => new("run_1", outcome, error, null);
}
