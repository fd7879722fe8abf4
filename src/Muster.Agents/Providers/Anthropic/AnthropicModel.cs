using System.Net.Http;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Anthropic;
using Anthropic.Core;
using Anthropic.Services;
using Muster.Agents.Models;
using Muster.Agents.Providers.Failures;

namespace Muster.Agents.Providers.Anthropic;

/// <summary>
/// A model that speaks Anthropic's Messages API. Request, authorization and transport are the Anthropic package's,
/// without its retries; the events are read here, so that silence is measured in bytes and pings count as life.
/// </summary>
public sealed class AnthropicModel
{
    private readonly AnthropicOptions _options;
    private readonly Endpoint _endpoint;
    private readonly IMessageServiceWithRawResponse _messages;

    private AnthropicModel(AnthropicOptions options)
    {
        _options = options;
        _endpoint = new Endpoint(options.BaseUrl, options.Model, options.ApiKey, options.KeyHint);
        _messages = new AnthropicClient(new ClientOptions
        {
            BaseUrl = options.BaseUrl.ToString().TrimEnd('/'),
            ApiKey = string.IsNullOrEmpty(options.ApiKey) ? "none" : options.ApiKey,
            MaxRetries = 0,
            Timeout = TimeSpan.FromHours(1),
            HttpClient = new HttpClient(new RefusalHandler(_endpoint, options.Time)) { Timeout = Timeout.InfiniteTimeSpan },
        }).WithRawResponse.Messages;
    }

    public static ModelStream Create(AnthropicOptions options) => new AnthropicModel(options).Stream;

    private IAsyncEnumerable<ModelEvent> Stream(ModelRequest request, CancellationToken abort)
    {
        var draft = new AssistantDraft($"answer-{request.Messages.Count}", _options.Name ?? _options.Model, _options.Time.GetUtcNow());
        return Guarded.RunAsync(AnswerAsync(request, draft, abort), draft, exception => Explain.Exception(_endpoint, exception), abort);
    }

    private async IAsyncEnumerable<ModelEvent> AnswerAsync(
        ModelRequest request, AssistantDraft draft, [EnumeratorCancellation] CancellationToken abort)
    {
        using var patience = new Patience(_options.FirstByteTimeout, _options.Time, abort);
        var decoder = new AnthropicDecoder(draft, _endpoint);
        await using var events = ReadAsync(request, patience).GetAsyncEnumerator(patience.Token);
        while (!decoder.IsComplete && await NextAsync(events, patience))
        {
            foreach (var step in decoder.Apply(events.Current))
            {
                yield return step;
            }
        }

        yield return decoder.Finish();
    }

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<JsonElement> events, Patience patience)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (OperationCanceledException) when (patience.RanOut)
        {
            throw new ModelProblemException(patience.Problem(_endpoint));
        }
        catch (JsonException)
        {
            throw new ModelProblemException(Explain.Broken(_endpoint, "it sent broken JSON"));
        }
    }

    private async IAsyncEnumerable<JsonElement> ReadAsync(ModelRequest request, Patience patience)
    {
        using var response = await _messages.CreateStreaming(AnthropicRequest.Build(request, _options), patience.Token);
        await using var stream = await response.ReadAsStream(patience.Token);
        await using var body = new WatchedStream(stream, patience, () => _options.IdleTimeout);
        await foreach (var item in SseParser.Create(body, ParseEvent).EnumerateAsync(patience.Token))
        {
            if (item.Data.ValueKind == JsonValueKind.Object)
            {
                yield return item.Data;
            }
        }
    }

    private static JsonElement ParseEvent(string type, ReadOnlySpan<byte> data) => data.IsEmpty ? default : JsonElement.Parse(data);
}
