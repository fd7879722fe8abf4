using Muster.Agents.Models;
using Muster.Agents.Offline;
using Muster.Agents.Providers.Anthropic;
using Muster.Agents.Providers.OpenAi;

namespace Muster.Agents.Providers;

/// <summary>From the options of a model to its stream, without fallbacks.</summary>
internal static class ModelProviders
{
    public static readonly Uri OpenAiUrl = new("https://api.openai.com/v1");
    public static readonly Uri AnthropicUrl = new("https://api.anthropic.com");

    public static ModelStream Create(ModelOptions options, TimeProvider time)
    {
        var stream = options.Stream ?? options.Provider switch
        {
            ModelProvider.Offline => OfflineModel.Create(time),
            ModelProvider.Anthropic => AnthropicModel.Create(Anthropic(options, time)),
            _ => OpenAiModel.Create(OpenAi(options, time)),
        };
        return (request, abort) => stream(request with { Settings = Settings(request.Settings, options) }, abort);
    }

    public static OpenAiOptions OpenAi(ModelOptions options, TimeProvider time) => new()
    {
        BaseUrl = options.BaseUrl ?? OpenAiUrl,
        ApiKey = options.ApiKey,
        Model = options.Model ?? options.Name,
        Name = options.Name,
        KeyHint = KeyHint(options),
        Time = time,
    };

    public static AnthropicOptions Anthropic(ModelOptions options, TimeProvider time) => new()
    {
        BaseUrl = options.BaseUrl ?? AnthropicUrl,
        ApiKey = options.ApiKey,
        Model = options.Model ?? options.Name,
        Name = options.Name,
        KeyHint = KeyHint(options),
        Time = time,
    };

    private static string KeyHint(ModelOptions options) => options.KeyHint ?? $"models.{options.Name}.api_key of muster.yaml";

    private static ModelSettings Settings(ModelSettings asked, ModelOptions options) =>
        asked with { MaxTokens = asked.MaxTokens ?? options.MaxTokens, Thinking = asked.Thinking ?? options.Thinking };
}
