using System.ClientModel.Primitives;
using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Agents.Providers.Failures;
using Muster.Agents.Providers.OpenAi;
using OpenAI.Models;

namespace Muster.Agents.Providers;

/// <summary>Tells whether a configured model can be used, for <c>muster doctor</c>.</summary>
public static class ModelCheck
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <summary>Asks for the endpoint's list of models; where that settles nothing, for an answer of one token.</summary>
    public static async Task<ModelHealth> CheckAsync(ModelOptions options, TimeProvider time, CancellationToken cancel)
    {
        if (options.Provider == ModelProvider.Offline)
        {
            return new ModelHealth(ModelHealthKind.Ok, "No model is configured; the built-in offline rules answer. Set OPENAI_API_KEY or VOLC_API_KEY, or list models under models: in muster.yaml.", []);
        }

        using var deadline = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        var offered = options.Provider == ModelProvider.OpenAi ? await ListAsync(options, time, either.Token) : [];
        cancel.ThrowIfCancellationRequested();
        if (offered.Contains(options.Model, StringComparer.Ordinal))
        {
            return new ModelHealth(ModelHealthKind.Ok, $"The model {options.Model} at {Host(options)} is there.", offered);
        }

        // Endpoints accept names that they do not list, and some list nothing, so the answer decides.
        var answer = await AskAsync(options, time, either.Token);
        cancel.ThrowIfCancellationRequested();
        return Judge(options, answer, offered);
    }

    private static ModelHealth Judge(ModelOptions options, AssistantMessage answer, IReadOnlyList<string> offered)
    {
        if (answer.StopReason is not (StopReason.Error or StopReason.Aborted))
        {
            return new ModelHealth(ModelHealthKind.Ok, $"The model {options.Model} at {Host(options)} answers.", offered);
        }

        var said = answer.StopReason == StopReason.Aborted
            ? $"The model endpoint {Host(options)} did not answer within {Longest.TotalSeconds:0} s. Check that it runs and that the base URL is right."
            : answer.ErrorMessage!;
        return answer.Failure switch
        {
            { Status: 404 } when offered.Count > 0 => new ModelHealth(
                ModelHealthKind.ModelNotFound,
                $"{Host(options)} has no model {options.Model}. It offers: {string.Join(", ", offered.Take(10))}{(offered.Count > 10 ? ", …" : "")}.",
                offered),
            { Status: 404 } => new ModelHealth(ModelHealthKind.ModelNotFound, said, offered),
            { Kind: ModelFailureKind.Refused } => new ModelHealth(ModelHealthKind.Refused, said, offered),
            { Status: null, Kind: ModelFailureKind.Transient } or null => new ModelHealth(ModelHealthKind.Unreachable, said, offered),
            _ => new ModelHealth(ModelHealthKind.Failing, said, offered),
        };
    }

    private static async Task<AssistantMessage> AskAsync(ModelOptions options, TimeProvider time, CancellationToken cancel)
    {
        var hello = new UserMessage { Id = "check", At = time.GetUtcNow(), Content = [new TextBlock("hi")] };
        var request = new ModelRequest("", [hello], [], new ModelSettings(MaxTokens: 1, Thinking: options.Provider == ModelProvider.Anthropic ? "none" : null));
        await foreach (var step in ModelProviders.Create(options with { Thinking = null }, time)(request, cancel))
        {
            if (step is ModelEvent.Done done)
            {
                return done.Message;
            }

            if (step is ModelEvent.Failed failed)
            {
                return failed.Message;
            }
        }

        throw new InvalidOperationException("A model stream ended without an end.");
    }

    /// <summary>Empty if the endpoint has no list or cannot be asked; the completion then says why.</summary>
    private static async Task<IReadOnlyList<string>> ListAsync(ModelOptions options, TimeProvider time, CancellationToken cancel)
    {
        var openAi = ModelProviders.OpenAi(options, time);
        var client = new OpenAIModelClient(OpenAiTransport.Credential(openAi.ApiKey), OpenAiTransport.Options(openAi.BaseUrl));
        try
        {
            var result = await client.GetModelsAsync(new RequestOptions { CancellationToken = cancel, ErrorOptions = ClientErrorBehaviors.NoThrow });
            var response = result.GetRawResponse();
            if (response.IsError)
            {
                return [];
            }

            using var list = JsonDocument.Parse(response.Content);
            return list.RootElement.ValueKind == JsonValueKind.Object && list.RootElement.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array
                ? [.. data.EnumerateArray().Where(model => model.ValueKind == JsonValueKind.Object).Select(model => Chunk.Text(model, "id")).OfType<string>()]
                : [];
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException or System.ClientModel.ClientResultException or OperationCanceledException)
        {
            return [];
        }
    }

    private static string Host(ModelOptions options) =>
        (options.BaseUrl ?? (options.Provider == ModelProvider.Anthropic ? ModelProviders.AnthropicUrl : ModelProviders.OpenAiUrl)).Authority;
}

public enum ModelHealthKind
{
    Ok,
    Unreachable,
    Refused,
    ModelNotFound,
    /// <summary>Reachable, but it answers with an error.</summary>
    Failing,
}

/// <param name="Sentence">For a person: what is so, and what to do.</param>
/// <param name="Offered">Models that the endpoint lists; may be empty.</param>
public sealed record ModelHealth(ModelHealthKind Kind, string Sentence, IReadOnlyList<string> Offered);
