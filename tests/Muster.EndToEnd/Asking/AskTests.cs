using System.Text.Json;
using Muster.Testing.Models;
using Muster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Asking;

public sealed class AskTests
{
    [Fact]
    public async Task Ask_EmptyHomeWithoutModel_AnswersFromARealToolCall()
    {
        await using var household = Household.WithoutModel();

        var (code, output, error) = await household.RunAsync("ask", "how much disk is free?", "--json");

        code.ShouldBe(0, error);
        var events = Events(output);
        var tool = events.Single(one => Name(one) == "tool_execution_end");
        tool.GetProperty("tool_name").GetString().ShouldBe("system");
        tool.GetProperty("is_error").GetBoolean().ShouldBeFalse();
        events.Single(one => Name(one) == "agent_end").GetProperty("outcome").GetString().ShouldBe("completed");
    }

    [Fact]
    public async Task Ask_InAPipe_PrintsTheAnswerAlone()
    {
        await using var household = Household.WithoutModel();

        var (code, output, error) = await household.RunAsync("ask", "$ echo pong-$((40 + 2))");

        code.ShouldBe(0, error);
        output.ShouldContain("pong-42");
        output.ShouldNotContain("\u001b[");
    }

    [Fact]
    public async Task Ask_BeyondTheRules_SaysHowToGetAModel()
    {
        await using var household = Household.WithoutModel();

        var (code, output, _) = await household.RunAsync("ask", "write me a poem about the sea");

        code.ShouldBe(1);
        output.ShouldContain("OPENAI_API_KEY");
    }

    [Fact]
    public async Task Ask_TwoAtOnceOnOneHome_BothAreAnswered()
    {
        await using var household = Household.WithoutModel();

        var both = await Task.WhenAll(household.RunAsync("ask", "$ echo first"), household.RunAsync("ask", "$ echo second"));

        both[0].Code.ShouldBe(0, both[0].Error);
        both[1].Code.ShouldBe(0, both[1].Error);
        both[0].Output.ShouldContain("first");
        both[1].Output.ShouldContain("second");
    }

    [Fact]
    public async Task Ask_WithAModel_RunsItsToolsAndPrintsItsAnswer()
    {
        await using var household = await Household.WithModelAsync(
            ModelReply.Call("file_write", """{"path":"note.txt","content":"seven"}"""),
            ModelReply.Text("Written", " to note.txt."));

        var (code, output, error) = await household.RunAsync("ask", "write seven to note.txt");

        code.ShouldBe(0, error);
        output.ShouldContain("Written to note.txt.");
        household.Model.Requests.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("$ rm -rf /")]
    [InlineData("$ sudo mkfs.ext4 /dev/sda1")]
    [InlineData("run shutdown now")]
    public async Task Ask_DestructiveCommand_IsRefusedWithItsReason(string text)
    {
        await using var household = Household.WithoutModel();

        var (_, output, _) = await household.RunAsync("ask", text);

        output.ShouldContain("Refused");
    }

    [Fact]
    public async Task Ask_CommandThatReadsTheHome_FindsNothing()
    {
        await using var household = Household.WithoutModel();
        var home = household.Home;
        await File.WriteAllTextAsync(Path.Combine(home, "planted.txt"), "the-secret-of-this-home", TestContext.Current.CancellationToken);

        var (_, output, _) = await household.RunAsync(
            "ask", $"$ cat {home}/planted.txt {home}/credentials.json; cat /proc/1/root{home}/planted.txt; ls -la {home}; env");

        output.ShouldNotContain("the-secret-of-this-home");
        output.ShouldNotContain("key_");
    }

    [Fact]
    public async Task Ask_ModelRefusesTheKey_FailsWithASentence()
    {
        await using var household = await Household.WithModelAsync(ModelReply.Error(401, "Incorrect API key provided", "invalid_api_key"));

        var (code, output, error) = await household.RunAsync("ask", "hello");

        code.ShouldBe(1);
        (output + error).ShouldContain("refused the key");
        (output + error).ShouldNotContain(household.Model.ApiKey!);
    }

    [Fact]
    public async Task Ask_CtrlC_StopsTheProcessOnTheMachine()
    {
        await using var household = await Household.WithModelAsync(ModelReply.Call("shell", """{"command":"sleep 98.7654","timeout":110}"""));
        var ask = household.Start(household.Home, "ask", "wait a while", "--json");
        ask.CloseInput(); // what is piped in would belong to the question
        await ask.SeeAsync("tool_execution_start");
        await RunningProcesses.AppearAsync("sleep 98.7654");

        await ask.InterruptAsync();

        (await ask.WaitForExitAsync()).ShouldBe(130);
        RunningProcesses.Matching("98.7654").ShouldBeEmpty();
    }

    private static List<JsonElement> Events(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private static string? Name(JsonElement happened) => happened.GetProperty("event").GetString();
}
