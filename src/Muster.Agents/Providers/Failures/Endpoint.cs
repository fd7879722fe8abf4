namespace Muster.Agents.Providers.Failures;

/// <summary>The other side of a call, as far as a sentence about it needs.</summary>
/// <param name="KeyHint">Where its key is configured, such as <c>OPENAI_API_KEY</c>.</param>
internal sealed record Endpoint(Uri Url, string Model, string? ApiKey, string KeyHint)
{
    /// <summary>Host and port; never user info, path or query.</summary>
    public string Host => Url.Authority;
}
