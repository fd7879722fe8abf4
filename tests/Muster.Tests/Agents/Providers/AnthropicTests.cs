using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Agents.Providers.Anthropic;
using Muster.Testing;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Providers;

public sealed class AnthropicTests
{
    private const string Start = """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"claude","stop_reason":null,"usage":{"input_tokens":10,"cache_read_input_tokens":200,"cache_creation_input_tokens":30,"output_tokens":1}}}""";
    private const string Stop = """{"type":"message_stop"}""";

    private readonly FakeTime _time = new();

    private ModelStream Model(AnthropicDouble provider, string? key = null, string model = "claude-test") => AnthropicModel.Create(new AnthropicOptions
    {
        BaseUrl = new Uri(provider.BaseUrl),
        ApiKey = key ?? AnthropicDouble.ApiKey,
        Model = model,
        Name = "claude",
        Time = _time,
    });

    private static string End(string reason) => $$$"""{"type":"message_delta","delta":{"stop_reason":"{{{reason}}}","stop_sequence":null},"usage":{"output_tokens":42}}""";

    private static string[] Block(int index, string block, params string[] deltas) =>
    [
        $$"""{"type":"content_block_start","index":{{index}},"content_block":{{block}}}""",
        .. deltas.Select(delta => $$"""{"type":"content_block_delta","index":{{index}},"delta":{{delta}}}"""),
        $$"""{"type":"content_block_stop","index":{{index}}}""",
    ];

    [Fact]
    public async Task Answer_WithThinkingTextAndTools_IsStreamed()
    {
        await using var provider = await AnthropicDouble.StartAsync(AnthropicReply.Events(
        [
            Start,
            .. Block(0, """{"type":"thinking","thinking":"","signature":""}""", """{"type":"thinking_delta","thinking":"hm"}""", """{"type":"signature_delta","signature":"c2ln"}"""),
            """{"type":"ping"}""",
            .. Block(1, """{"type":"text","text":""}""", """{"type":"text_delta","text":"Look"}""", """{"type":"text_delta","text":"ing 看"}"""),
            .. Block(2, """{"type":"tool_use","id":"toolu_1","name":"shell","input":{}}""", """{"type":"input_json_delta","partial_json":"{\"command\""}""", """{"type":"input_json_delta","partial_json":":\"ls\"}"}"""),
            .. Block(3, """{"type":"tool_use","id":"toolu_2","name":"nodes","input":{}}"""),
            End("tool_use"),
            Stop,
        ]));

        var heard = await Model(provider).AskAsync(new ModelRequest("Be brief.", [Asked.User("hi")], [Asked.Tool("shell")], new ModelSettings(Thinking: "low")));

        heard.ShouldBeWellFormed();
        heard.Message.ErrorMessage.ShouldBeNull();
        heard.Text.ShouldBe("Looking 看");
        heard.Message.Content[0].ShouldBe(new ThinkingBlock("hm", "c2ln"));
        heard.Calls.ShouldBe(["""toolu_1 shell {"command":"ls"}""", "toolu_2 nodes {}"]);
        heard.Message.StopReason.ShouldBe(StopReason.ToolUse);
        heard.Message.Usage.ShouldBe(new Usage(240, 42, CacheRead: 200, CacheWrite: 30));
        var body = provider.Requests.Single().Body;
        body.GetProperty("stream").GetBoolean().ShouldBeTrue();
        body.GetProperty("thinking").GetProperty("type").GetString().ShouldBe("adaptive");
        body.GetProperty("output_config").GetProperty("effort").GetString().ShouldBe("low");
        body.GetProperty("system")[0].GetProperty("text").GetString().ShouldBe("Be brief.");
        body.GetProperty("tools")[0].GetProperty("name").GetString().ShouldBe("shell");
    }

    [Fact]
    public async Task Context_IsSentInTurnsWithSignedThinking()
    {
        await using var provider = await AnthropicDouble.StartAsync(AnthropicReply.Events(Start, End("end_turn"), Stop));
        var calls = Asked.Assistant(
            "claude", new ThinkingBlock("hm", "c2ln"), new ThinkingBlock("", "redacted:b64"), new ToolCallBlock("call:1", "shell", Asked.Json("""{"command":"ls"}""")), new ToolCallBlock("c2", "nodes", Asked.Json("{}")));

        await Model(provider).AskAsync(Asked.Request(
            Asked.User("a"), calls, Asked.Result("call:1", "shell", "x"), Asked.Result("c2", "nodes", "bad", error: true), Asked.User("b", "u2")));

        var messages = provider.Requests.Single().Messages;
        messages.Select(message => message.GetProperty("role").GetString()).ShouldBe(["user", "assistant", "user"]);
        messages[1].GetProperty("content").EnumerateArray().Select(block => block.GetProperty("type").GetString())
            .ShouldBe(["thinking", "redacted_thinking", "tool_use", "tool_use"]);
        messages[1].GetProperty("content")[2].GetProperty("id").GetString().ShouldBe("call_1");
        var results = messages[2].GetProperty("content");
        results.GetArrayLength().ShouldBe(3);
        results[0].GetProperty("tool_use_id").GetString().ShouldBe("call_1");
        results[1].GetProperty("is_error").GetBoolean().ShouldBeTrue();
        results[2].GetProperty("cache_control").GetProperty("type").GetString().ShouldBe("ephemeral");
    }

    [Fact]
    public async Task Thinking_OfAnotherModel_IsNotSent()
    {
        await using var provider = await AnthropicDouble.StartAsync(AnthropicReply.Events(Start, End("end_turn"), Stop));

        await Model(provider).AskAsync(Asked.Request(
            Asked.User("a"), Asked.Assistant("other", new ThinkingBlock("hm", "c2ln"), new TextBlock("x")), Asked.User("b", "u2")));

        provider.Requests.Single().Messages[1].GetProperty("content").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Thinking_OfAnOlderModel_HasABudgetBelowItsLimit()
    {
        await using var provider = await AnthropicDouble.StartAsync(AnthropicReply.Events(Start, End("end_turn"), Stop));

        await Model(provider, model: "claude-sonnet-4-5").AskAsync(new ModelRequest("", [Asked.User("hi")], [], new ModelSettings(MaxTokens: 100, Thinking: "high")));

        var body = provider.Requests.Single().Body;
        body.GetProperty("thinking").GetProperty("budget_tokens").GetInt32().ShouldBeInRange(1024, body.GetProperty("max_tokens").GetInt32() - 1);
    }

    [Fact]
    public async Task Key_Wrong_IsRefusedWithoutShowingIt()
    {
        await using var provider = await AnthropicDouble.StartAsync();

        var heard = await Model(provider, key: "sk-ant-wrong-one").AskAsync();

        heard.Message.Failure.ShouldBe(new ModelFailure(ModelFailureKind.Refused, 401));
        heard.Message.ErrorMessage!.ShouldContain("refused the key for claude-test");
        heard.Message.ErrorMessage!.ShouldContain("ANTHROPIC_API_KEY");
        heard.Message.ErrorMessage!.ShouldNotContain("wrong-one");
    }

    [Fact]
    public async Task Overload_IsTransientOnceWithItsRetryAfter()
    {
        await using var provider = await AnthropicDouble.StartAsync(AnthropicReply.Error(529, "overloaded_error", "Overloaded", retryAfter: "3"));

        var heard = await Model(provider).AskAsync();

        heard.Message.Failure.ShouldBe(new ModelFailure(ModelFailureKind.Transient, 529, TimeSpan.FromSeconds(3)));
        provider.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(400, "invalid_request_error", "prompt is too long: 213462 tokens > 200000 maximum", ModelFailureKind.Overflow)]
    [InlineData(413, "request_too_large", "Request exceeds the maximum size", ModelFailureKind.Overflow)]
    [InlineData(400, "invalid_request_error", "messages: bad", ModelFailureKind.Invalid)]
    public async Task Error_IsClassified(int status, string type, string message, ModelFailureKind kind)
    {
        await using var provider = await AnthropicDouble.StartAsync(AnthropicReply.Error(status, type, message));

        (await Model(provider).AskAsync()).Message.Failure.ShouldBe(new ModelFailure(kind, status));
    }

    [Fact]
    public async Task Stream_ThatBreaksOff_KeepsWhatCame()
    {
        string[] half = [Start, .. Block(0, """{"type":"text","text":""}""", """{"type":"text_delta","text":"half"}""")[..2]];
        await using var provider = await AnthropicDouble.StartAsync(
            AnthropicReply.Events(half),
            AnthropicReply.Events([.. half, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"""]));

        foreach (var expected in (string[])["broke off", "Overloaded"])
        {
            var heard = await Model(provider).AskAsync();
            heard.ShouldBeWellFormed();
            heard.Message.Failure!.Kind.ShouldBe(ModelFailureKind.Transient);
            heard.Message.ErrorMessage!.ShouldContain(expected);
            heard.Text.ShouldBe("half");
        }
    }

    [Fact]
    public async Task Silence_MidStream_IsTransient()
    {
        await using var provider = await AnthropicDouble.StartAsync(AnthropicReply.Of(AnthropicReply.Event(Start), new ReplyStep.Wait(new Gate())));
        List<ModelEvent> events = [];
        await foreach (var step in Model(provider)(Asked.Request(Asked.User("hi")), TestContext.Current.CancellationToken))
        {
            events.Add(step);
            if (step is ModelEvent.Started)
            {
                _time.Advance(TimeSpan.FromSeconds(121));
            }
        }

        new Heard(events).Message.ErrorMessage!.ShouldContain("nothing came for 60 s");
    }
}
