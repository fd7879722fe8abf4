using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Muster.Testing.Models;
using Muster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Trouble;

public sealed class ModelTroubleTests
{
    [Fact]
    public async Task Ask_RateLimitedOnce_WaitsAndAnswers()
    {
        await using var household = await Household.WithModelAsync(ModelReply.RateLimited("1"), ModelReply.Text("After the wait."));

        var (code, output, error) = await household.RunAsync("ask", "tell me something");

        code.ShouldBe(0, error);
        output.ShouldBe("After the wait.\n");
        household.Model.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Ask_CutMidStream_AnswersOnceOnTheSecondTry()
    {
        await using var household = await Household.WithModelAsync(
            ModelReply.Of(new ReplyStep.Text("Half an ans"), new ReplyStep.Cut()),
            ModelReply.Text("The whole answer."));

        var (code, output, error) = await household.RunAsync("ask", "tell me something");

        code.ShouldBe(0, error);
        output.ShouldEndWith("The whole answer.\n");
        Regex.Count(output, "The whole answer").ShouldBe(1);
    }

    [Fact]
    public async Task Ask_BrokenJsonFromTheEndpoint_AnswersOnTheNextTryOrSaysWhatIsWrong()
    {
        await using var household = await Household.WithModelAsync(
            ModelReply.Of(ReplyStep.Chunk("{\"choices\":[{\"delta\":{\"content\":")),
            ModelReply.Text("Good again."));

        var (code, output, error) = await household.RunAsync("ask", "tell me something");

        code.ShouldBe(0, error);
        output.ShouldEndWith("Good again.\n");
    }

    [Fact]
    public async Task Ask_EndpointIsNotThere_FailsAndNamesItsAddress()
    {
        await using var household = Household.WithoutModel();
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        Dictionary<string, string> environment = new()
        {
            ["OPENAI_BASE_URL"] = $"http://127.0.0.1:{port}/v1",
            ["OPENAI_API_KEY"] = "sk-nobody-listens",
            ["OPENAI_MODEL"] = "any",
        };

        var (code, _, error) = await MusterProcess.RunAsync(household.Home, ["ask", "hello there"], environment);

        code.ShouldBe(1);
        error.ShouldContain($"127.0.0.1:{port}");
        error.ShouldNotContain("sk-nobody-listens");
        error.ShouldNotContain("Exception");
    }

    [Fact]
    public async Task Ask_BrokenToolArguments_AreToldToTheModelWhichMendsThem()
    {
        await using var household = await Household.WithModelAsync(
            ModelReply.Call("file_write", """{"path":7"""),
            ModelReply.Call("file_write", """{"path":"note.txt","content":"mended"}""", "call_2"),
            ModelReply.Text("Mended."));

        var (code, output, error) = await household.RunAsync("ask", "write the note");

        code.ShouldBe(0, error);
        output.ShouldEndWith("Mended.\n");
        (await File.ReadAllTextAsync(Path.Combine(household.Work, "note.txt"), TestContext.Current.CancellationToken)).ShouldBe("mended");
    }

    [Fact]
    public async Task Ask_ModelThatNeverAnswers_EndsWith124InTime()
    {
        await using var household = await Household.WithModelAsync(ModelReply.Text("too late") with { Before = new Gate() });

        var (code, output, error) = await household.RunAsync("ask", "--timeout", "1", "tell me something");

        code.ShouldBe(124);
        error.ShouldContain("no answer within 1 s");
        output.ShouldBe("");
    }
}
