using System.Text.Json;
using Muster.Client.Accounts;

namespace Muster.Cli.State;

/// <summary>
/// How commands reach a hub: credentials.json of this home's own hub (a key), login.json of the one that <c>muster login</c>
/// named (tokens).
/// </summary>
public sealed record StoredCredential(string Url, string Token, string? Fingerprint = null, string? User = null)
{
    public string? RefreshToken { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public static StoredCredential? Read(string path)
    {
        try
        {
            return Home.Read(path) is { } text ? JsonSerializer.Deserialize(text, StateJson.Default.StoredCredential) : null;
        }
        catch (JsonException)
        {
            throw new CliException($"{path} is damaged. Delete it, then start the hub again or run: muster login URL");
        }
    }

    public void Write(string path) => Home.Write(path, JsonSerializer.Serialize(this, StateJson.Default.StoredCredential));

    internal Tokens? ToTokens() => RefreshToken is null ? null : new Tokens(Token, RefreshToken, ExpiresAt ?? default);
}
