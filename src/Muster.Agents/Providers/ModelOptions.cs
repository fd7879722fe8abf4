using Muster.Agents.Models;
using Muster.Agents.Providers.Spending;

namespace Muster.Agents.Providers;

/// <summary>One named model of the configuration.</summary>
public sealed record ModelOptions
{
    public required string Name { get; init; }
    public ModelProvider Provider { get; init; } = ModelProvider.OpenAi;

    /// <summary>Null: the provider's own.</summary>
    public Uri? BaseUrl { get; init; }

    public string? ApiKey { get; init; }

    /// <summary>The endpoint's name of the model; null for the offline model.</summary>
    public string? Model { get; init; }

    /// <summary>A model of your own, asked instead of a provider's endpoint.</summary>
    public ModelStream? Stream { get; init; }

    /// <summary>Tokens it can take in.</summary>
    public int ContextWindow { get; init; } = 128_000;

    /// <summary>Longest answer in tokens; null leaves it to the endpoint.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>none, low, medium or high; null leaves it to the model.</summary>
    public string? Thinking { get; init; }

    /// <summary>Names of models that are tried, in order, when this one fails before it said anything.</summary>
    public IReadOnlyList<string> Fallbacks { get; init; } = [];

    /// <summary>Null: nothing, and nobody is asked.</summary>
    public ModelPrice? Price { get; init; }

    /// <summary>Where a person set the key, for messages: an environment variable or a place in muster.yaml.</summary>
    public string? KeyHint { get; init; }
}

public enum ModelProvider
{
    OpenAi,
    Anthropic,
    /// <summary>The built-in rules; never a fallback of a real model.</summary>
    Offline,
}
