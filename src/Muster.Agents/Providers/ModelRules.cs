namespace Muster.Agents.Providers;

/// <summary>What a list of models must keep to. Every mistake is a sentence that names the model.</summary>
public static class ModelRules
{
    private static readonly string[] Efforts = ["none", "low", "medium", "high"];

    public static IReadOnlyList<string> Mistakes(IReadOnlyList<ModelOptions> models)
    {
        var byName = models.GroupBy(model => model.Name, StringComparer.OrdinalIgnoreCase).ToDictionary(group => group.Key, group => group.First(), StringComparer.OrdinalIgnoreCase);
        var twice = models.GroupBy(model => model.Name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1)
            .Select(group => $"Two models are named \"{group.Key}\". Rename one.");
        return [.. twice, .. models.SelectMany(model => Mistakes(model, byName))];
    }

    private static IEnumerable<string> Mistakes(ModelOptions model, Dictionary<string, ModelOptions> byName)
    {
        if (string.IsNullOrWhiteSpace(model.Name))
        {
            yield return "A model has no name. Give it one.";
        }

        if (model.Provider != ModelProvider.Offline && model.Stream is null && string.IsNullOrWhiteSpace(model.Model))
        {
            yield return $"The model \"{model.Name}\" does not say which model of its endpoint it is. Set model.";
        }

        if (model.BaseUrl is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https")))
        {
            yield return $"The base_url of the model \"{model.Name}\" is not an http or https address: {url}.";
        }

        if (model.ContextWindow < 1024)
        {
            yield return $"The context_window of the model \"{model.Name}\" is {model.ContextWindow}; it must be at least 1024 tokens.";
        }

        if (model.MaxTokens is < 1)
        {
            yield return $"The max_tokens of the model \"{model.Name}\" is {model.MaxTokens}; it must be at least 1.";
        }

        if (model.Thinking is { } thinking && !Efforts.Contains(thinking))
        {
            yield return $"The thinking of the model \"{model.Name}\" is \"{thinking}\"; use one of {string.Join(", ", Efforts)}.";
        }

        foreach (var mistake in model.Fallbacks.Select(name => Fallback(model, name, byName)).OfType<string>())
        {
            yield return mistake;
        }
    }

    private static string? Fallback(ModelOptions model, string name, Dictionary<string, ModelOptions> byName) => byName.GetValueOrDefault(name) switch
    {
        null => $"The model \"{model.Name}\" falls back to \"{name}\", which is no model. Models: {string.Join(", ", byName.Keys)}.",
        { Provider: ModelProvider.Offline } => $"The model \"{model.Name}\" falls back to the offline rules; they cannot stand in for a model. Remove \"{name}\" from its fallbacks.",
        var fallback when fallback == model => $"The model \"{model.Name}\" falls back to itself. Remove it from its fallbacks.",
        _ => null,
    };
}
