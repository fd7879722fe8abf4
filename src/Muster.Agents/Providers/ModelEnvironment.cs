namespace Muster.Agents.Providers;

/// <summary>The models that the environment names of the three systems describe.</summary>
public static class ModelEnvironment
{
    public const string VolcBaseUrl = "https://ark.cn-beijing.volces.com/api/coding/v3";
    public const string VolcModel = "doubao-seed-code";
    public const string OpenAiModel = "gpt-5-mini";
    public const string AnthropicModel = "claude-sonnet-5-5";

    /// <param name="lookup">A value by its name; null or empty if it is not set.</param>
    public static FoundModels Read(Func<string, string?> lookup)
    {
        string? Get(string name) => lookup(name)?.Trim() is { Length: > 0 } value ? value : null;
        List<string> warnings = [];
        List<ModelOptions> models = [];
        if (OpenAiStyle(Get, warnings) is { } main)
        {
            models.Add(main);
        }

        if (Get("ANTHROPIC_API_KEY") is { } key
            && Address("ANTHROPIC_BASE_URL", Get("ANTHROPIC_BASE_URL") ?? ModelProviders.AnthropicUrl.ToString(), warnings) is { } address)
        {
            models.Add(new ModelOptions
            {
                Name = "anthropic",
                Provider = ModelProvider.Anthropic,
                BaseUrl = address,
                ApiKey = key,
                Model = Get("ANTHROPIC_MODEL") ?? AnthropicModel,
                ContextWindow = 200_000,
                KeyHint = "ANTHROPIC_API_KEY",
            });
        }

        return new FoundModels(models, warnings);
    }

    private static ModelOptions? OpenAiStyle(Func<string, string?> get, List<string> warnings)
    {
        var useOpenAi = get("OPENAI_API_KEY") is not null || get("OPENAI_BASE_URL") is not null;
        if (!useOpenAi && get("VOLC_API_KEY") is null)
        {
            if ((get("OPENAI_MODEL") ?? get("MODEL_NAME") ?? get("VOLC_BASE_URL")) is not null)
            {
                warnings.Add("A model or an address is set, but no key: set OPENAI_API_KEY, OPENAI_BASE_URL or VOLC_API_KEY as well.");
            }

            return null;
        }

        warnings.AddRange(Pairs.Select(pair => Disagreement(get, pair.First, pair.Second)).OfType<string>());
        // A key goes only to the address that was set for it: the two families are never mixed, and a bad address is
        // not replaced by the default one.
        var addressName = useOpenAi ? "OPENAI_BASE_URL" : "VOLC_BASE_URL";
        if (Address(addressName, get(addressName) ?? (useOpenAi ? ModelProviders.OpenAiUrl.ToString() : VolcBaseUrl), warnings) is not { } address)
        {
            return null;
        }

        var model = get("OPENAI_MODEL") ?? get("MODEL_NAME");
        if (useOpenAi && model is null && get("OPENAI_BASE_URL") is { } url)
        {
            warnings.Add($"OPENAI_BASE_URL is {url}, but OPENAI_MODEL is not set; {OpenAiModel} is asked for. Set OPENAI_MODEL to a model of that endpoint.");
        }

        return new ModelOptions
        {
            Name = "default",
            BaseUrl = address,
            ApiKey = get(useOpenAi ? "OPENAI_API_KEY" : "VOLC_API_KEY"),
            Model = model ?? (useOpenAi ? OpenAiModel : VolcModel),
            KeyHint = useOpenAi ? "OPENAI_API_KEY" : "VOLC_API_KEY",
        };
    }

    private static readonly (string First, string Second)[] Pairs =
        [("OPENAI_API_KEY", "VOLC_API_KEY"), ("OPENAI_BASE_URL", "VOLC_BASE_URL"), ("OPENAI_MODEL", "MODEL_NAME")];

    private static string? Disagreement(Func<string, string?> get, string first, string second) =>
        get(first) is { } one && get(second) is { } other && one != other
            ? $"{first} and {second} are both set and differ; {first} is used. Remove one of them."
            : null;

    private static Uri? Address(string name, string text, List<string> warnings)
    {
        if (Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            return url;
        }

        warnings.Add($"{name} is \"{text}\", which is not an http or https address, so its model is left out. Correct it.");
        return null;
    }
}

/// <param name="Models">The first is the default; empty if nothing is configured.</param>
public sealed record FoundModels(IReadOnlyList<ModelOptions> Models, IReadOnlyList<string> Warnings);
