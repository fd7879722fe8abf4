using Muster.Cli.Terminal;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Terminal;

public sealed class LineEditorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LineEditor _editor;

    public LineEditorTests() => _editor = New();

    [Fact]
    public void Press_EditInTheMiddle_MovesByWholeCharacters()
    {
        Type("a😀c");
        Press(ConsoleKey.LeftArrow);
        Press(ConsoleKey.Backspace);
        Type("b");

        Press(ConsoleKey.Enter).ShouldBe(LineAction.Submitted);
        _editor.Submitted.ShouldBe("abc");
    }

    [Fact]
    public void Press_EnterWithinAPaste_IsANewLine()
    {
        Type("one");
        _editor.Press(Key(ConsoleKey.Enter), more: true).ShouldBe(LineAction.Edited);
        Type("two");

        Press(ConsoleKey.Enter).ShouldBe(LineAction.Submitted);
        _editor.Submitted.ShouldBe("one\ntwo");
    }

    [Fact]
    public void Press_Up_BringsBackWhatWasWrittenAlsoInTheNextSession()
    {
        Type("first\\n");
        Press(ConsoleKey.Enter);
        var later = New();

        later.Press(Key(ConsoleKey.UpArrow), false);
        later.Buffer.Text.ShouldBe("first\\n");
        later.Press(Key(ConsoleKey.DownArrow), false);
        later.Buffer.Text.ShouldBe("");
    }

    [Fact]
    public void Press_ControlKeys_StopAndLeave()
    {
        _editor.Press(Key(ConsoleKey.C, control: true), false).ShouldBe(LineAction.Stop);
        Press(ConsoleKey.Escape).ShouldBe(LineAction.Stop);
        _editor.Press(Key(ConsoleKey.D, control: true), false).ShouldBe(LineAction.Leave);
    }

    [Fact]
    public void PromptScreen_TextArrivesWhileTyping_StaysAboveThePrompt()
    {
        var output = new StringWriter();
        var screen = new PromptScreen(output, _editor.Buffer, () => 20);
        Type("hi");
        screen.Refresh();
        screen.Write("answ");
        output.GetStringBuilder().Clear();

        screen.Write("er\nnext");

        output.ToString().ShouldBe("\r\e[1A\e[Janswer\nnext\e[0m\n> hi\r\e[4C");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/st", "/status ")]
    [InlineData("/n", "/node")]
    [InlineData("is it up @N", "is it up @Nas ")]
    [InlineData("/x", "/x")]
    [InlineData("a", "a  ")]
    public void Press_Tab_CompletesCommandsAndMachines(string typed, string completed)
    {
        Type(typed);

        Press(ConsoleKey.Tab);

        _editor.Buffer.Text.ShouldBe(completed);
    }

    private LineEditor New() => new(new InputHistory(Path.Combine(_folder.Path, "history")), ["/node", "/nodes", "/status", "@nas"]);

    private LineAction Press(ConsoleKey key) => _editor.Press(Key(key), false);

    private void Type(string text)
    {
        foreach (var letter in text)
        {
            _editor.Press(new ConsoleKeyInfo(letter, ConsoleKey.None, false, false, false), false);
        }
    }

    private static ConsoleKeyInfo Key(ConsoleKey key, bool control = false) => new('\0', key, false, false, control);
}
