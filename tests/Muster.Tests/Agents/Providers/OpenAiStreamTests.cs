using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Agents.Providers.OpenAi;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Providers;

public sealed class OpenAiStreamTests : IAsyncLifetime
{
    private OpenAiDouble _double = null!;

    public async ValueTask InitializeAsync() => _double = await OpenAiDouble.StartAsync();

    public ValueTask DisposeAsync() => _double.DisposeAsync();

    private ModelStream Model => OpenAiModel.Create(new OpenAiOptions
    {
        BaseUrl = new Uri(_double.BaseUrl),
        ApiKey = _double.ApiKey,
        Model = "test-model",
    });

    private async Task<Heard> HearAsync(ModelReply reply)
    {
        _double.Enqueue(reply);
        var heard = await Model.AskAsync();
        heard.ShouldBeWellFormed();
        return heard;
    }

    [Fact]
    public async Task Text_InPieces_StreamsEachPiece()
    {
        var heard = await HearAsync(ModelReply.Text("Hel", "lo ", "世界"));

        heard.Deltas.ShouldBe(["Hel", "lo ", "世界"]);
        heard.Text.ShouldBe("Hello 世界");
        heard.Message.StopReason.ShouldBe(StopReason.Stop);
        heard.Message.Model.ShouldBe("test-model");
    }

    [Theory]
    [InlineData("smile \\ud83d", "\\ude00 end\\n", "smile 😀 end\n")]
    [InlineData("half \\ud83d", " alone \\ude00", "half \ufffd alone \ufffd")]
    [InlineData("ends \\ud83d", "", "ends \ufffd")]
    public async Task Text_CutInsideACharacter_IsJoinedAndNeverBreaksTheAnswer(string first, string second, string expected)
    {
        static ReplyStep Content(string escaped) => ReplyStep.Chunk($$$"""{"choices":[{"index":0,"delta":{"content":"{{{escaped}}}"}}]}""");

        var heard = await HearAsync(ModelReply.Of(Content(first), Content(second)));

        heard.Text.ShouldBe(expected);
        heard.Message.StopReason.ShouldBe(StopReason.Stop);
    }

    [Fact]
    public async Task Answer_WithNothingInIt_IsAFailureThatSaysSo()
    {
        var heard = await HearAsync(ModelReply.Of());

        heard.Message.StopReason.ShouldBe(StopReason.Error);
        heard.Message.ErrorMessage!.ShouldContain("empty answer");
    }

    [Fact]
    public async Task Text_ArrivesBeforeTheAnswerIsComplete()
    {
        var gate = new Gate();
        _double.Enqueue(ModelReply.Of(new ReplyStep.Text("first"), new ReplyStep.Wait(gate), new ReplyStep.Text(" second")));

        List<string> deltas = [];
        await foreach (var step in Model(Asked.Request(Asked.User("hi")), TestContext.Current.CancellationToken))
        {
            if (step is ModelEvent.BlockDelta delta)
            {
                deltas.Add(delta.Delta);
                gate.Open();
            }
        }

        deltas.ShouldBe(["first", " second"]);
    }

    [Theory]
    [InlineData(1, "\n")]
    [InlineData(2, "\r\n")]
    [InlineData(3, "\r")]
    [InlineData(7, "\r\n")]
    public async Task Bytes_SplitAnywhere_GiveTheSameText(int size, string lineEnd)
    {
        var heard = await HearAsync(ModelReply.Text("磁盘", "还剩 🎉", " é") with { ChunkBytes = size, LineEnd = lineEnd });

        heard.Text.ShouldBe("磁盘还剩 🎉 é");
    }

    [Fact]
    public async Task Comments_AndEmptyEvents_AreSkipped()
    {
        var heard = await HearAsync(ModelReply.Of(
            ReplyStep.Comment("keep-alive"),
            new ReplyStep.Raw("data:\n\n"),
            new ReplyStep.Text("a"),
            ReplyStep.Comment("keep-alive"),
            new ReplyStep.Raw("event: message\nid: 7\ndata:{\"choices\":[{\"delta\":\ndata:{\"content\":\"b\"}}]}\n\n")));

        heard.Text.ShouldBe("ab");
    }

    [Theory]
    [InlineData("reasoning_content")]
    [InlineData("reasoning")]
    public async Task Reasoning_IsThinking_BeforeTheText(string field)
    {
        var heard = await HearAsync(ModelReply.Of(
            new ReplyStep.Reasoning("let me ", field), new ReplyStep.Reasoning("see", field), new ReplyStep.Text("42")));

        heard.Message.Content.Select(block => block.GetType()).ShouldBe([typeof(ThinkingBlock), typeof(TextBlock)]);
        heard.Thinking.ShouldBe("let me see");
        heard.Text.ShouldBe("42");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Usage_InAChunkOfItsOwnOrInTheFinishChunk_IsCounted(bool inFinish)
    {
        var heard = await HearAsync(ModelReply.Text("hi") with { Usage = (120, 7, 100), UsageInFinishChunk = inFinish });

        heard.Message.Usage.ShouldBe(new Usage(120, 7, CacheRead: 100));
    }

    [Fact]
    public async Task Usage_DeepSeekCacheField_IsCounted()
    {
        var heard = await HearAsync(ModelReply.Of(
            new ReplyStep.Text("hi"),
            ReplyStep.Chunk("""{"choices":[],"usage":{"prompt_tokens":50,"completion_tokens":3,"prompt_cache_hit_tokens":32}}""")) with { Usage = null });

        heard.Message.Usage.ShouldBe(new Usage(50, 3, CacheRead: 32));
    }

    [Fact]
    public async Task Done_Missing_IsAcceptedAfterAFinishReason()
    {
        var heard = await HearAsync(ModelReply.Text("whole") with { Done = false });

        heard.Text.ShouldBe("whole");
        heard.Message.StopReason.ShouldBe(StopReason.Stop);
    }

    [Fact]
    public async Task Events_AfterDone_AreIgnored()
    {
        var heard = await HearAsync(ModelReply.Of(
            new ReplyStep.Text("a"), new ReplyStep.Raw("data: [DONE]\n\n"), new ReplyStep.Text("b")));

        heard.Text.ShouldBe("a");
    }

    [Fact]
    public async Task Finish_Length_IsTheStopReason() =>
        (await HearAsync(ModelReply.Text("cut") with { Finish = "length" })).Message.StopReason.ShouldBe(StopReason.Length);

    [Fact]
    public async Task Answer_NotStreamedThoughAsked_IsRead()
    {
        var heard = await HearAsync(new ModelReply
        {
            Whole = true,
            Steps = [new ReplyStep.Reasoning("hm"), new ReplyStep.Text("all at once"), new ReplyStep.Call(0, "c1", "f", "{}")],
        });

        heard.Text.ShouldBe("all at once");
        heard.Thinking.ShouldBe("hm");
        heard.Calls.ShouldBe(["c1 f {}"]);
    }

    [Fact]
    public async Task Abort_MidStream_EndsWithAnAbortedMessageAndClosesTheConnection()
    {
        var gate = new Gate();
        using var abort = new CancellationTokenSource();
        _double.Enqueue(ModelReply.Of(new ReplyStep.Text("some"), new ReplyStep.Wait(gate)));

        var asked = Model.AskUntilAsync(Asked.Request(Asked.User("hi")), abort.Token);
        await gate.Reached;
        await abort.CancelAsync();
        var heard = await asked;

        heard.Message.StopReason.ShouldBe(StopReason.Aborted);
        heard.ShouldBeWellFormed();
        await _double.Requests[0].Left.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}
