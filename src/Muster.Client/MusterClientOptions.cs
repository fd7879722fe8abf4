using Muster.Client.Accounts;

namespace Muster.Client;

/// <summary>How a <see cref="MusterClient"/> reaches its hub.</summary>
public sealed record MusterClientOptions
{
    /// <summary>base64url SHA-256 of the hub certificate's SubjectPublicKeyInfo. When set, exactly this key is accepted and no
    /// certificate authority is asked.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>How long one request may take; event streams are not limited by it.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a lost hub is waited for before an operation fails as <c>unreachable</c>.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>An event stream without a byte for this long is opened again. The hub sends a comment every 15 s.</summary>
    public TimeSpan StreamSilence { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Where tokens of a login are kept; in memory by default.</summary>
    public ITokenStore? Tokens { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Replaces the transport, for a proxy or a test host. The client disposes it.</summary>
    public HttpMessageHandler? Handler { get; init; }
}
