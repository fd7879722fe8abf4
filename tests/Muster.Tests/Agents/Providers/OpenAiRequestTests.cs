using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Agents.Providers.OpenAi;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Providers;

public sealed class OpenAiRequestTests
{
    private static readonly AssistantMessage Calling = Asked.Assistant(
        "test-model", new ThinkingBlock("I should look"), new TextBlock("Looking."), new ToolCallBlock("c1", "file_list", Asked.Json("""{"path":"."}""")));

    private static async Task<RecordedRequest> SendAsync(ModelRequest request, Func<OpenAiOptions, OpenAiOptions>? with = null, bool deepSeek = false)
    {
        await using var provider = await new OpenAiDouble { DeepSeek = deepSeek }.ListenAsync(ModelReply.Text("ok"));
        var options = new OpenAiOptions { BaseUrl = new Uri(provider.BaseUrl), ApiKey = provider.ApiKey, Model = "test-model" };
        var heard = await OpenAiModel.Create(with?.Invoke(options) ?? options).AskAsync(request);
        heard.Message.ErrorMessage.ShouldBeNull();
        return provider.Requests.Single();
    }

    [Fact]
    public async Task Request_Common_StreamsWithUsageAndBearer()
    {
        var sent = await SendAsync(new ModelRequest("Be brief.", [Asked.User("你好")], [Asked.Tool("shell")], new ModelSettings(MaxTokens: 500, Temperature: 0.5)));

        sent.Path.ShouldBe("/v1/chat/completions");
        sent.Header("Authorization").ShouldBe("Bearer sk-double-key");
        sent.IsStream.ShouldBeTrue();
        sent.Body.GetProperty("stream_options").GetProperty("include_usage").GetBoolean().ShouldBeTrue();
        sent.Body.GetProperty("max_tokens").GetInt32().ShouldBe(500);
        sent.Body.GetProperty("temperature").GetDouble().ShouldBe(0.5);
        sent.LastText("system").ShouldBe("Be brief.");
        sent.LastText("user").ShouldBe("你好");
        sent.ToolNames.ShouldBe(["shell"]);
    }

    [Fact]
    public async Task Request_WithoutToolsOrSystem_LeavesThemOut()
    {
        var sent = await SendAsync(Asked.Request(Asked.User("hi")));

        sent.Body.TryGetProperty("tools", out _).ShouldBeFalse();
        sent.Messages.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Context_WithToolCalls_IsAnsweredById()
    {
        var sent = await SendAsync(Asked.Request(Asked.User("list"), Calling, Asked.Result("c1", "file_list", "a.txt  3"), Asked.User("and?", "u2")));

        sent.Messages.Select(message => message.GetProperty("role").GetString()).ShouldBe(["user", "assistant", "tool", "user"]);
        var call = sent.Messages[1].GetProperty("tool_calls")[0];
        call.GetProperty("id").GetString().ShouldBe("c1");
        call.GetProperty("function").GetProperty("arguments").GetString().ShouldBe("""{"path":"."}""");
        sent.Messages[1].GetProperty("content").GetString().ShouldBe("Looking.");
        sent.Messages[1].TryGetProperty("reasoning_content", out _).ShouldBeFalse();
        sent.Messages[2].GetProperty("tool_call_id").GetString().ShouldBe("c1");
        sent.LastText("tool").ShouldBe("a.txt  3");
    }

    [Fact]
    public async Task Context_BrokenArguments_AreSentAsAnObject()
    {
        var sent = await SendAsync(Asked.Request(
            Asked.User("x"),
            Asked.Assistant("test-model", new ToolCallBlock("c1", "f", Asked.Json("\"{oops\""))),
            Asked.Result("c1", "f", "Invalid arguments", error: true)));

        sent.Messages[1].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString().ShouldBe("{}");
        sent.Messages[1].GetProperty("content").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("test-model", "I should look")]
    [InlineData("another-model", "")]
    public async Task DeepSeek_ToolCalls_CarryTheirReasoning(string writtenBy, string expected)
    {
        var sent = await SendAsync(
            Asked.Request(Asked.User("list"), Calling with { Model = writtenBy }, Asked.Result("c1", "file_list", "a.txt")),
            options => options with { Dialect = OpenAiDialect.For(new Uri("https://api.deepseek.com"), "deepseek-chat") },
            deepSeek: true);

        sent.Messages[1].GetProperty("reasoning_content").GetString().ShouldBe(expected);
    }

    [Fact]
    public async Task Images_OfUserAndTool_AreSentAsParts()
    {
        var result = Asked.Result("c1", "file_list", "") with { Content = [new ImageBlock("QUJD", "image/png")] };
        var sent = await SendAsync(Asked.Request(
            Asked.User("look") with { Content = [new TextBlock("look"), new ImageBlock("QUJD", "image/jpeg")] }, Calling, result));

        sent.Messages[0].GetProperty("content")[1].GetProperty("image_url").GetProperty("url").GetString().ShouldBe("data:image/jpeg;base64,QUJD");
        sent.Messages[3].GetProperty("role").GetString().ShouldBe("user");
        sent.Messages[3].GetProperty("content")[1].GetProperty("image_url").GetProperty("url").GetString().ShouldBe("data:image/png;base64,QUJD");
    }

    [Fact]
    public async Task Text_WithALoneSurrogate_IsSentRepaired() =>
        (await SendAsync(Asked.Request(Asked.User("a\ud800b")))).LastText("user").ShouldBe("a\ufffdb");

    [Theory]
    [InlineData("https://api.openai.com/v1", "gpt", "high", "reasoning_effort", "\"high\"")]
    [InlineData("https://api.openai.com/v1", "gpt", "high", "max_completion_tokens", "9")]
    [InlineData("https://api.deepseek.com", "deepseek-chat", "high", "reasoning_effort", "\"max\"")]
    [InlineData("https://api.deepseek.com", "deepseek-chat", "none", "thinking", """{"type":"disabled"}""")]
    [InlineData("https://open.bigmodel.cn/api/paas/v4", "glm-4.6", "low", "thinking", """{"type":"enabled"}""")]
    [InlineData("https://open.bigmodel.cn/api/paas/v4", "glm-4.6", "low", "tool_stream", "true")]
    [InlineData("https://open.bigmodel.cn/api/paas/v4", "glm-4.6", "low", "reasoning_effort", null)]
    [InlineData("https://ark.cn-beijing.volces.com/api/coding/v3", "doubao-seed-code", "medium", "thinking", """{"type":"enabled"}""")]
    [InlineData("http://localhost:11434/v1", "qwen3", "none", "reasoning_effort", "\"none\"")]
    [InlineData("http://localhost:11434/v1", "qwen3", "none", "tool_choice", null)]
    public async Task Dialect_OfTheEndpoint_ShapesTheRequest(string baseUrl, string model, string thinking, string field, string? expected)
    {
        var sent = await SendAsync(
            new ModelRequest("", [Asked.User("hi")], [Asked.Tool("shell")], new ModelSettings(MaxTokens: 9, Thinking: thinking)),
            options => options with { Dialect = OpenAiDialect.For(new Uri(baseUrl), model) });

        var value = sent.Body.TryGetProperty(field, out var found) ? found.GetRawText() : null;
        value.ShouldBe(expected);
    }
}
