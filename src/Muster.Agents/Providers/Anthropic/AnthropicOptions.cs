namespace Muster.Agents.Providers.Anthropic;

/// <summary>One model at Anthropic, or at an endpoint that speaks its Messages API.</summary>
public sealed record AnthropicOptions
{
    public Uri BaseUrl { get; init; } = ModelProviders.AnthropicUrl;
    public string? ApiKey { get; init; }

    /// <summary>The endpoint's name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Our name of the model, written into its messages; the endpoint's name by default.</summary>
    public string? Name { get; init; }

    /// <summary>Where a person sets the key; used in error messages.</summary>
    public string KeyHint { get; init; } = "ANTHROPIC_API_KEY or under models: in muster.yaml";

    public TimeSpan FirstByteTimeout { get; init; } = TimeSpan.FromSeconds(120);

    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
