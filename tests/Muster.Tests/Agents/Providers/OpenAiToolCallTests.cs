using Muster.Agents.Messages;
using Muster.Agents.Providers.OpenAi;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Providers;

public sealed class OpenAiToolCallTests
{
    private static async Task<Heard> HearAsync(ModelReply reply)
    {
        await using var provider = await OpenAiDouble.StartAsync(reply);
        var model = OpenAiModel.Create(new OpenAiOptions { BaseUrl = new Uri(provider.BaseUrl), ApiKey = provider.ApiKey, Model = "test-model" });
        var heard = await model.AskAsync();
        heard.ShouldBeWellFormed();
        return heard;
    }

    private static Task<Heard> HearCallsAsync(params string[] toolCalls) => HearAsync(ModelReply.Of(
        toolCalls.Select(calls => ReplyStep.Chunk("""{"choices":[{"index":0,"delta":{"content":"","tool_calls":CALLS}}]}""".Replace("CALLS", calls, StringComparison.Ordinal)))));

    [Fact]
    public async Task Pieces_Interleaved_AreJoinedByIndex()
    {
        var heard = await HearAsync(ModelReply.Of(
            new ReplyStep.Call(0, "a", "f", ""),
            new ReplyStep.Call(0, Arguments: "{\"a\""),
            new ReplyStep.Call(1, "b", "g", "{}"),
            new ReplyStep.Call(0, Arguments: ":1}")));

        heard.Calls.ShouldBe(["""a f {"a":1}""", "b g {}"]);
        heard.Message.StopReason.ShouldBe(StopReason.ToolUse);
    }

    [Fact]
    public async Task Text_BeforeACall_KeepsItsPlace()
    {
        var heard = await HearAsync(ModelReply.Of(new ReplyStep.Text("Looking."), new ReplyStep.Call(0, "a", "f", "{}")));

        heard.Text.ShouldBe("Looking.");
        heard.Message.Content.Select(block => block.GetType()).ShouldBe([typeof(TextBlock), typeof(ToolCallBlock)]);
    }

    [Fact]
    public async Task Finish_StopWithCalls_IsToolUse() =>
        (await HearAsync(ModelReply.Call("f") with { Finish = "stop" })).Message.StopReason.ShouldBe(StopReason.ToolUse);

    [Fact]
    public async Task Finish_LengthWithCalls_IsLength() =>
        (await HearAsync(ModelReply.Call("f", "{\"a\":") with { Finish = "length" })).Message.StopReason.ShouldBe(StopReason.Length);

    [Fact]
    public async Task Arguments_Empty_AreAnEmptyObject() => (await HearAsync(ModelReply.Call("f", ""))).Calls.ShouldBe(["call_1 f {}"]);

    [Fact]
    public async Task Arguments_BrokenJson_AreKeptAsText() =>
        (await HearAsync(ModelReply.Call("f", "{oops"))).Calls.ShouldBe(["call_1 f \"{oops\""]);

    [Fact]
    public async Task Arguments_AsObject_AreTaken() => (await HearCallsAsync(
        """[{"index":0,"id":"a","function":{"name":"f","arguments":{"x":1}}}]""")).Calls.ShouldBe(["""a f {"x":1}"""]);

    [Fact]
    public async Task Index_Missing_WholeCallsAreApart() => (await HearCallsAsync(
        """[{"id":"a","function":{"name":"f","arguments":"{}"}},{"id":"b","function":{"name":"f","arguments":"{}"}}]"""))
        .Calls.ShouldBe(["a f {}", "b f {}"]);

    [Fact]
    public async Task Index_Missing_PiecesGoToTheLastCall() => (await HearCallsAsync(
        """[{"id":"a","function":{"name":"f","arguments":"{\"x\""}}]""",
        """[{"function":{"arguments":":1}"}}]""")).Calls.ShouldBe(["""a f {"x":1}"""]);

    [Fact]
    public async Task Index_SameForTwoCalls_TheyAreApart() => (await HearCallsAsync(
        """[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]""",
        """[{"index":0,"id":"b","function":{"name":"g","arguments":"{}"}}]""")).Calls.ShouldBe(["a f {}", "b g {}"]);

    [Fact]
    public async Task IdAndName_Repeated_AreOneCall() => (await HearCallsAsync(
        """[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\""}}]""",
        """[{"index":0,"id":"a","function":{"name":"f","arguments":":1}"}}]""")).Calls.ShouldBe(["""a f {"x":1}"""]);

    [Fact]
    public async Task Id_MissingOrTwice_EachCallGetsOneOfItsOwn()
    {
        var heard = await HearCallsAsync(
            """[{"index":0,"function":{"name":"f","arguments":"{}"}}]""",
            """[{"index":1,"id":"x","function":{"name":"f","arguments":"{}"}},{"index":2,"id":"x","function":{"name":"g","arguments":"{}"}}]""");

        heard.Message.ToolCalls.Select(call => call.Id).Distinct().Count().ShouldBe(3);
        heard.Message.ToolCalls.ShouldAllBe(call => call.Id.Length > 0);
    }

    [Fact]
    public async Task Name_ArrivingLate_IsWaitedFor() => (await HearCallsAsync(
        """[{"index":0,"id":"a"}]""",
        """[{"index":0,"function":{"name":"f","arguments":"{}"}}]""")).Calls.ShouldBe(["a f {}"]);
}
