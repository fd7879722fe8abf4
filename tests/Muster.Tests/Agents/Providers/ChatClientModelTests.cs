using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Agents.Providers;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Providers;

public sealed class ChatClientModelTests
{
    [Fact]
    public async Task Updates_BecomeEvents()
    {
        using var client = new Scripted(
            new ChatResponseUpdate(ChatRole.Assistant, [new TextReasoningContent("hm")]),
            new ChatResponseUpdate(ChatRole.Assistant, "Look"),
            new ChatResponseUpdate(ChatRole.Assistant, "ing"),
            new ChatResponseUpdate(ChatRole.Assistant, [new FunctionCallContent("c1", "shell", new Dictionary<string, object?> { ["command"] = "ls", ["n"] = 2 })]),
            new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(new UsageDetails { InputTokenCount = 9, OutputTokenCount = 3 })]) { FinishReason = ChatFinishReason.ToolCalls });
        var request = new ModelRequest("Be brief.", [Asked.User("a"), Asked.Assistant("m", new ToolCallBlock("c0", "f", Asked.Json("""{"x":1}"""))), Asked.Result("c0", "f", "done")], [Asked.Tool("shell")], new ModelSettings(5));

        var heard = await ChatClientModel.Create(client, "mine", TimeProvider.System).AskAsync(request);

        heard.ShouldBeWellFormed();
        heard.Thinking.ShouldBe("hm");
        heard.Text.ShouldBe("Looking");
        heard.Calls.ShouldBe(["""c1 shell {"command":"ls","n":2}"""]);
        heard.Message.StopReason.ShouldBe(StopReason.ToolUse);
        heard.Message.Model.ShouldBe("mine");
        heard.Message.Usage.ShouldBe(new Usage(9, 3));
        client.Messages.Select(message => message.Role.Value).ShouldBe(["system", "user", "assistant", "tool"]);
        client.Options!.Tools!.Single().Name.ShouldBe("shell");
        client.Options!.MaxOutputTokens.ShouldBe(5);
    }

    [Theory]
    [InlineData(true, ModelFailureKind.Transient)]
    [InlineData(false, ModelFailureKind.Invalid)]
    public async Task Exception_IsAFailedMessage(bool connection, ModelFailureKind kind)
    {
        using var client = new Scripted(new ChatResponseUpdate(ChatRole.Assistant, "half"))
        {
            Failure = connection ? new HttpRequestException("no route") : new NotSupportedException("no such thing"),
        };

        var heard = await ChatClientModel.Create(client, "mine", TimeProvider.System).AskAsync();

        heard.ShouldBeWellFormed();
        heard.Message.Failure!.Kind.ShouldBe(kind);
        heard.Text.ShouldBe("half");
    }

    /// <summary>A library user's client.</summary>
    private sealed class Scripted(params ChatResponseUpdate[] updates) : IChatClient
    {
        public Exception? Failure { get; init; }
        public IReadOnlyList<ChatMessage> Messages { get; private set; } = [];
        public ChatOptions? Options { get; private set; }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            (Messages, Options) = ([.. messages], options);
            foreach (var update in updates)
            {
                await Task.Yield();
                yield return update;
            }

            if (Failure is not null)
            {
                throw Failure;
            }
        }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
