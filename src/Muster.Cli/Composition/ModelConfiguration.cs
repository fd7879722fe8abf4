using Muster.Agents.Providers;
using Muster.Agents.Providers.Spending;
using Muster.Cli.Configuration;
using Muster.Hub.Chat.Assistant;

namespace Muster.Cli.Composition;

/// <summary>The models that are configured: those of muster.yaml, then what the older names in the environment describe.</summary>
internal static class ModelConfiguration
{
    /// <summary>The first is the one that answers.</summary>
    /// <exception cref="CliException">Every mistake.</exception>
    public static IReadOnlyList<ModelOptions> Read(MusterConfiguration configuration)
    {
        // One for the router alone is cheap and quick: it answers people only where there is no other.
        List<ModelOptions> models = [.. configuration.Children("models").OrderBy(name => name == AssistantOptions.RouterModel).Select(name => Named(configuration, name))];
        if (configuration.TextOrNull("model") is { } chosen)
        {
            var first = models.Find(model => string.Equals(model.Name, chosen, StringComparison.OrdinalIgnoreCase))
                ?? throw new CliException($"model is \"{chosen}\", but there is no models.{chosen}. There are: {string.Join(", ", models.Select(model => model.Name))}.", ExitCode.Usage);
            models.Remove(first);
            models.Insert(0, first);
        }

        var mistakes = ModelRules.Mistakes(models);
        return mistakes.Count == 0 ? models : throw new CliException(string.Join('\n', mistakes), ExitCode.Usage);
    }

    public static string Describe(ModelCatalog catalog) => catalog.IsConfigured
        ? $"{catalog.Default.Model} ({catalog.Default.BaseUrl?.Host ?? catalog.Default.Provider.ToString().ToLowerInvariant()})"
        : "none; built-in rules answer plain requests (set OPENAI_API_KEY, VOLC_API_KEY or ANTHROPIC_API_KEY, or models: in muster.yaml)";

    private static ModelOptions Named(MusterConfiguration configuration, string name)
    {
        string Key(string part) => $"models.{name}.{part}";
        decimal? Amount(string key) => (decimal?)configuration.NumberOrNull(key);
        ModelPrice? Price(string input, string output, string cached)
        {
            var price = new ModelPrice(Amount(input) ?? 0, Amount(output) ?? 0, Amount(cached) ?? Amount(input) ?? 0);
            return price.IsFree ? null : price;
        }

        return new ModelOptions
        {
            Name = name,
            Provider = configuration.Text(Key("provider")) switch
            {
                "anthropic" => ModelProvider.Anthropic,
                "offline" => ModelProvider.Offline,
                _ => ModelProvider.OpenAi,
            },
            BaseUrl = configuration.TextOrNull(Key("base_url")) is { } url ? new Uri(url.TrimEnd('/')) : null,
            ApiKey = configuration.TextOrNull(Key("api_key")),
            Model = configuration.TextOrNull(Key("model")),
            ContextWindow = configuration.Whole(Key("context_window")),
            MaxTokens = configuration.WholeOrNull(Key("max_tokens")),
            Thinking = configuration.TextOrNull(Key("thinking")),
            Fallbacks = configuration.List(Key("fallbacks")),
            Price = Price(Key("price.input"), Key("price.output"), Key("price.cached")),
            KeyHint = configuration.Source(Key("api_key")).ToString(),
        };
    }
}
