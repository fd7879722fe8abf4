using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.Http;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Agents.Providers.Failures;
using OpenAI.Chat;

namespace Muster.Agents.Providers.OpenAi;

/// <summary>
/// A model at an OpenAI-compatible endpoint. Request, authorization and transport are the OpenAI package's, without its
/// retries; the streamed answer is read here, because the package's types hide reasoning_content and refuse what some
/// servers send.
/// </summary>
public sealed class OpenAiModel
{
    // Long enough for the usage chunk behind the finish reason, short enough not to hold up a finished answer.
    private static readonly TimeSpan AfterFinish = TimeSpan.FromSeconds(5);

    private readonly OpenAiOptions _options;
    private readonly OpenAiDialect _dialect;
    private readonly Endpoint _endpoint;
    private readonly ChatClient _client;

    private OpenAiModel(OpenAiOptions options)
    {
        _options = options;
        _dialect = options.Dialect ?? OpenAiDialect.For(options.BaseUrl, options.Model);
        _endpoint = new Endpoint(options.BaseUrl, options.Model, options.ApiKey, options.KeyHint);
        _client = new ChatClient(options.Model, OpenAiTransport.Credential(options.ApiKey), OpenAiTransport.Options(options.BaseUrl));
    }

    public static ModelStream Create(OpenAiOptions options) => new OpenAiModel(options).Stream;

    private IAsyncEnumerable<ModelEvent> Stream(ModelRequest request, CancellationToken abort)
    {
        var draft = new AssistantDraft($"answer-{request.Messages.Count}", _options.Name ?? _options.Model, _options.Time.GetUtcNow());
        return Guarded.RunAsync(AnswerAsync(request, draft, abort), draft, exception => Explain.Exception(_endpoint, exception), abort);
    }

    private async IAsyncEnumerable<ModelEvent> AnswerAsync(
        ModelRequest request, AssistantDraft draft, [EnumeratorCancellation] CancellationToken abort)
    {
        using var patience = new Patience(_options.FirstByteTimeout, _options.Time, abort);
        using var response = await SendAsync(request, patience);
        var decoder = new OpenAiDecoder(draft, _endpoint, mayBeSilent: request.Messages is [.., not UserMessage]);
        await using var chunks = ReadAsync(response, decoder, patience).GetAsyncEnumerator(patience.Token);
        while (await NextAsync(chunks, decoder, patience))
        {
            foreach (var step in decoder.Apply(chunks.Current))
            {
                yield return step;
            }
        }

        foreach (var step in decoder.Finish())
        {
            yield return step;
        }
    }

    private async Task<PipelineResponse> SendAsync(ModelRequest request, Patience patience)
    {
        var options = new RequestOptions
        {
            CancellationToken = patience.Token,
            BufferResponse = false,
            ErrorOptions = ClientErrorBehaviors.NoThrow,
        };
        try
        {
            using var body = OpenAiRequest.Write(request, _options, _dialect);
            var result = await _client.CompleteChatAsync(body, options);
            var response = result.GetRawResponse();
            if (response.IsError)
            {
                using (response)
                {
                    throw new ModelProblemException(Explain.Reply(_endpoint, await OpenAiTransport.ReadErrorAsync(response, _options.Time, patience.Token)));
                }
            }

            return response;
        }
        catch (OperationCanceledException) when (patience.RanOut)
        {
            throw new ModelProblemException(patience.Problem(_endpoint));
        }
    }

    /// <returns>False at the end of the answer. A break behind the finish reason is an end too.</returns>
    private async ValueTask<bool> NextAsync(IAsyncEnumerator<JsonElement> chunks, OpenAiDecoder decoder, Patience patience)
    {
        try
        {
            return await chunks.MoveNextAsync();
        }
        catch (Exception exception) when (decoder.FinishReason is not null && (patience.RanOut || exception is IOException or HttpRequestException or JsonException))
        {
            return false;
        }
        catch (OperationCanceledException) when (patience.RanOut)
        {
            throw new ModelProblemException(patience.Problem(_endpoint));
        }
        catch (JsonException)
        {
            throw new ModelProblemException(Explain.Broken(_endpoint, "it sent broken JSON"));
        }
        catch (HttpRequestException)
        {
            throw new ModelProblemException(Explain.Broken(_endpoint, "the connection was cut"));
        }
    }

    private async IAsyncEnumerable<JsonElement> ReadAsync(PipelineResponse response, OpenAiDecoder decoder, Patience patience)
    {
        var idle = () => decoder.FinishReason is null ? _options.IdleTimeout : AfterFinish;
        await using var body = new WatchedStream(response.ContentStream ?? System.IO.Stream.Null, patience, idle);
        response.Headers.TryGetValue("Content-Type", out var type);
        if (type?.Contains("json", StringComparison.OrdinalIgnoreCase) == true)
        {
            // The endpoint ignored that a stream was asked for.
            using var whole = await JsonDocument.ParseAsync(body, cancellationToken: patience.Token);
            yield return whole.RootElement;
            yield break;
        }

        if (type?.Contains("html", StringComparison.OrdinalIgnoreCase) == true)
        {
            throw new ModelProblemException(Explain.NotAModel(_endpoint, type));
        }

        await foreach (var item in SseParser.Create(body, ParseEvent).EnumerateAsync(patience.Token))
        {
            if (item.Data is not { } chunk)
            {
                yield break;
            }

            if (chunk.ValueKind != JsonValueKind.Undefined)
            {
                yield return chunk;
            }
        }

        if (decoder.FinishReason is null)
        {
            throw new ModelProblemException(Explain.Broken(_endpoint, "it ended before the model was done"));
        }
    }

    /// <summary>Null for the end, undefined for an event without data.</summary>
    private static JsonElement? ParseEvent(string type, ReadOnlySpan<byte> data)
    {
        var text = data.Trim(" \t"u8);
        if (text.IsEmpty)
        {
            return default(JsonElement);
        }

        return text.SequenceEqual("[DONE]"u8) ? null : JsonElement.Parse(text);
    }
}
