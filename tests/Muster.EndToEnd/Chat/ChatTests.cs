using Muster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Chat;

public sealed class ChatTests
{
    [Fact]
    public async Task Chat_AtATerminal_AnswersListsMachinesAndLeavesWithCtrlD()
    {
        await using var household = Household.WithoutModel();
        await household.UpAsync();

        var (code, screen) = await Terminal.TypeAsync(
            household,
            ["chat"],
            "expect > ",
            "type $ echo pong-$((40 + 2))\\r",
            "expect pong-42",
            "type /nodes\\r",
            "expect Connected Nodes:",
            "expect [ACTIVE]",
            "type \\x04");

        code.ShouldBe(0, screen);
    }

    [Fact]
    public async Task Chat_Exit_LeavesAndKeepsNoEmptyConversation()
    {
        await using var household = Household.WithoutModel();
        await household.UpAsync();

        var (code, screen) = await Terminal.TypeAsync(household, ["chat"], "expect > ", "type /ex\\t\\r");

        code.ShouldBe(0, screen);
        (await household.RunAsync("conversation", "list", "--json")).Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task Chat_InAPipe_AnswersEachLine()
    {
        await using var household = Household.WithoutModel();

        var (code, output, error) = await MusterProcess.RunAsync(household.Home, ["chat"], input: "$ echo one-$((1 + 1))\n$ echo two-$((2 + 2))\n");

        code.ShouldBe(0, error);
        output.ShouldContain("one-2");
        output.ShouldContain("two-4");
        output.ShouldNotContain("\u001b[");
    }
}
