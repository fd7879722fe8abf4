using System.Net;
using System.Net.Sockets;
using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Agents.Providers.OpenAi;
using Muster.Testing;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Providers;

public sealed class OpenAiFailureTests : IAsyncLifetime
{
    private readonly FakeTime _time = new();
    private OpenAiDouble _double = null!;

    public async ValueTask InitializeAsync() => _double = await OpenAiDouble.StartAsync();

    public ValueTask DisposeAsync() => _double.DisposeAsync();

    private ModelStream Model(string? key = null, string model = "test-model", string? baseUrl = null) => OpenAiModel.Create(new OpenAiOptions
    {
        BaseUrl = new Uri(baseUrl ?? _double.BaseUrl),
        ApiKey = key ?? _double.ApiKey,
        Model = model,
        Time = _time,
    });

    private async Task<AssistantMessage> FailAsync(ModelReply reply)
    {
        _double.Enqueue(reply);
        var heard = await Model().AskAsync();
        heard.ShouldBeWellFormed();
        heard.Message.StopReason.ShouldBe(StopReason.Error);
        _double.Requests.Count.ShouldBe(1, "the package's own retries are off");
        return heard.Message;
    }

    [Theory]
    [InlineData(408, "", ModelFailureKind.Transient)]
    [InlineData(409, "", ModelFailureKind.Transient)]
    [InlineData(429, "rate_limit_exceeded", ModelFailureKind.Transient)]
    [InlineData(429, "1302", ModelFailureKind.Transient)]
    [InlineData(429, "1312", ModelFailureKind.Transient)]
    [InlineData(500, "", ModelFailureKind.Transient)]
    [InlineData(503, "", ModelFailureKind.Transient)]
    [InlineData(429, "insufficient_quota", ModelFailureKind.Refused)]
    [InlineData(429, "1113", ModelFailureKind.Refused)]
    [InlineData(429, "1308", ModelFailureKind.Refused)]
    [InlineData(401, "", ModelFailureKind.Refused)]
    [InlineData(402, "", ModelFailureKind.Refused)]
    [InlineData(403, "AccountOverdueError", ModelFailureKind.Refused)]
    [InlineData(400, "", ModelFailureKind.Invalid)]
    [InlineData(422, "", ModelFailureKind.Invalid)]
    [InlineData(400, "context_length_exceeded", ModelFailureKind.Overflow)]
    [InlineData(400, "1261", ModelFailureKind.Overflow)]
    [InlineData(413, "", ModelFailureKind.Overflow)]
    public async Task Status_AndCode_DecideTheKind(int status, string code, ModelFailureKind kind)
    {
        var message = await FailAsync(ModelReply.Error(status, "no", code));

        message.Failure.ShouldBe(new ModelFailure(kind, status));
    }

    [Theory]
    [InlineData("This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.")]
    [InlineData("the request exceeds the available context size, try increasing it")]
    [InlineData("prompt is too long: 213462 tokens > 200000 maximum")]
    [InlineData("The input token count (1196265) exceeds the maximum number of tokens allowed (1048575)")]
    [InlineData("Please reduce the length of the messages or completion.")]
    public async Task Overflow_InTheProvidersWords_IsTold(string said) =>
        (await FailAsync(ModelReply.Error(400, said))).Failure!.Kind.ShouldBe(ModelFailureKind.Overflow);

    [Fact]
    public async Task RateLimit_ThatMentionsTokens_IsNoOverflow() =>
        (await FailAsync(ModelReply.Error(429, "Rate limit reached: too many tokens per minute"))).Failure!.Kind.ShouldBe(ModelFailureKind.Transient);

    [Theory]
    [InlineData("retry-after", "7", 7000)]
    [InlineData("retry-after-ms", "250", 250)]
    [InlineData("retry-after", "Thu, 01 Jan 2026 00:00:30 GMT", 30000)]
    public async Task RetryAfter_InAnyForm_IsHandedOn(string header, string value, int milliseconds)
    {
        var message = await FailAsync(ModelReply.RateLimited() with { Headers = new Dictionary<string, string> { [header] = value } });

        message.Failure!.RetryAfter.ShouldBe(TimeSpan.FromMilliseconds(milliseconds));
    }

    [Theory]
    [InlineData("""{"error":"plain text"}""", "plain text")]
    [InlineData("""{"detail":"from a gateway"}""", "from a gateway")]
    [InlineData("<html><head><style>p{}</style></head><body><h1>502 Bad Gateway</h1></body></html>", "502 Bad Gateway")]
    [InlineData("nope", "nope")]
    [InlineData("", "HTTP 502")]
    public async Task Body_OfAnyShape_IsQuoted(string body, string quoted)
    {
        var message = await FailAsync(new ModelReply { Status = 502, ErrorBody = body });

        message.ErrorMessage!.ShouldContain(quoted);
        message.ErrorMessage!.ShouldNotContain("<");
    }

    [Fact]
    public async Task Key_Wrong_IsASentenceWithoutTheKey()
    {
        var heard = await Model(key: "sk-very-secret-key").AskAsync();

        heard.Message.Failure.ShouldBe(new ModelFailure(ModelFailureKind.Refused, 401));
        heard.Message.ErrorMessage!.ShouldStartWith($"The model endpoint {new Uri(_double.BaseUrl).Authority} refused the key for test-model");
        heard.Message.ErrorMessage!.ShouldContain("OPENAI_API_KEY");
        heard.Message.ErrorMessage!.ShouldContain("muster doctor");
        heard.Message.ErrorMessage!.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Message_VeryLong_IsCut() =>
        (await FailAsync(ModelReply.Error(400, new string('x', 5000)))).ErrorMessage!.Length.ShouldBeLessThan(700);

    [Fact]
    public async Task Model_Unknown_NamesIt()
    {
        var heard = await Model(model: "no-such-model").AskAsync();

        heard.Message.Failure.ShouldBe(new ModelFailure(ModelFailureKind.Invalid, 404));
        heard.Message.ErrorMessage!.ShouldContain("does not know the model no-such-model");
    }

    [Fact]
    public async Task Endpoint_NotThere_IsTransientAndSaysSo()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        var heard = await Model(baseUrl: $"http://127.0.0.1:{port}/v1").AskAsync();

        heard.Message.Failure.ShouldBe(new ModelFailure(ModelFailureKind.Transient));
        heard.Message.ErrorMessage!.ShouldContain($"127.0.0.1:{port} cannot be reached");
    }

    [Fact]
    public async Task Stream_CutWithoutFinish_KeepsWhatCame()
    {
        var message = await FailAsync(ModelReply.Of(new ReplyStep.Text("half"), new ReplyStep.Cut()));

        message.Failure!.Kind.ShouldBe(ModelFailureKind.Transient);
        message.Text.ShouldBe("half");
        message.ErrorMessage!.ShouldContain("broke off");
    }

    [Fact]
    public async Task Stream_EndedWithoutFinish_IsTransient()
    {
        var message = await FailAsync(ModelReply.Of(new ReplyStep.Text("half"), new ReplyStep.End()));

        message.Failure!.Kind.ShouldBe(ModelFailureKind.Transient);
        message.Text.ShouldBe("half");
    }

    [Fact]
    public async Task Stream_CutBehindTheFinish_IsWhole()
    {
        _double.Enqueue(ModelReply.Of(
            new ReplyStep.Text("whole"), ReplyStep.Chunk("""{"choices":[{"delta":{},"finish_reason":"stop"}]}"""), new ReplyStep.Cut()));

        var heard = await Model().AskAsync();

        heard.Message.ErrorMessage.ShouldBeNull();
        heard.Text.ShouldBe("whole");
    }

    [Fact]
    public async Task Stream_BrokenJson_IsTransientAndKeepsWhatCame()
    {
        var message = await FailAsync(ModelReply.Of(new ReplyStep.Text("half"), ReplyStep.Chunk("{\"choices\":[{")));

        message.Failure!.Kind.ShouldBe(ModelFailureKind.Transient);
        message.Text.ShouldBe("half");
        message.ErrorMessage!.ShouldContain("broken JSON");
    }

    [Theory]
    [InlineData("The server had an error", null, ModelFailureKind.Transient)]
    [InlineData("out of credit", "insufficient_quota", ModelFailureKind.Refused)]
    [InlineData("This exceeds the context window", null, ModelFailureKind.Overflow)]
    public async Task Stream_ErrorChunk_EndsTheAnswer(string said, string? code, ModelFailureKind kind)
    {
        var message = await FailAsync(ModelReply.Of(new ReplyStep.Text("half"), ReplyStep.ErrorChunk(said, code), new ReplyStep.Text("more")));

        message.Failure!.Kind.ShouldBe(kind);
        message.Text.ShouldBe("half");
        message.ErrorMessage!.ShouldContain(said);
    }

    [Theory]
    [InlineData("content_filter", ModelFailureKind.Invalid)]
    [InlineData("network_error", ModelFailureKind.Transient)]
    public async Task Finish_ThatIsNoEnd_IsAFailure(string reason, ModelFailureKind kind) =>
        (await FailAsync(ModelReply.Text("half") with { Finish = reason })).Failure!.Kind.ShouldBe(kind);

    [Fact]
    public async Task Page_InPlaceOfAnAnswer_PointsToTheBaseUrl()
    {
        var message = await FailAsync(new ModelReply { Page = "<html>welcome</html>" });

        message.Failure!.Kind.ShouldBe(ModelFailureKind.Invalid);
        message.ErrorMessage!.ShouldContain("Check the base URL");
    }

    [Fact]
    public async Task FirstByte_TooLate_IsTransient()
    {
        var gate = new Gate();
        _double.Enqueue(ModelReply.Text("late") with { Before = gate });

        var asked = Model().AskAsync();
        await gate.Reached;
        _time.Advance(TimeSpan.FromSeconds(121));
        var heard = await asked;

        heard.Message.Failure.ShouldBe(new ModelFailure(ModelFailureKind.Transient));
        heard.Message.ErrorMessage!.ShouldContain("within 120 s");
    }

    [Fact]
    public async Task Silence_MidStream_IsTransientAndKeepsWhatCame()
    {
        _double.Enqueue(ModelReply.Of(new ReplyStep.Text("half"), new ReplyStep.Wait(new Gate())));

        List<ModelEvent> events = [];
        await foreach (var step in Model()(Asked.Request(Asked.User("hi")), TestContext.Current.CancellationToken))
        {
            events.Add(step);
            if (step is ModelEvent.BlockDelta)
            {
                _time.Advance(TimeSpan.FromSeconds(61));
            }
        }

        var heard = new Heard(events);
        heard.Message.Failure.ShouldBe(new ModelFailure(ModelFailureKind.Transient));
        heard.Text.ShouldBe("half");
        heard.Message.ErrorMessage!.ShouldContain("nothing came for 60 s");
    }
}
