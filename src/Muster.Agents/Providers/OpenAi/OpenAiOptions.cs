namespace Muster.Agents.Providers.OpenAi;

/// <summary>One model at one OpenAI-compatible endpoint.</summary>
public sealed record OpenAiOptions
{
    /// <summary>Ends where <c>/chat/completions</c> begins, such as <c>https://api.openai.com/v1</c>.</summary>
    public required Uri BaseUrl { get; init; }

    /// <summary>Null for an endpoint that wants none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>The endpoint's name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Our name of the model, written into its messages; the endpoint's name by default.</summary>
    public string? Name { get; init; }

    /// <summary>Where a person sets the key; used in error messages.</summary>
    public string KeyHint { get; init; } = "OPENAI_API_KEY or under models: in muster.yaml";

    /// <summary>From the request to the first byte of the answer.</summary>
    public TimeSpan FirstByteTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Between bytes of the answer; comments that keep the connection alive count.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What the endpoint does differently; null decides by its address and the model's name.</summary>
    public OpenAiDialect? Dialect { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
