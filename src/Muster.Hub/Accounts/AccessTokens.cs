using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Hub.Accounts;

/// <summary>
/// JSON Web Tokens of one kind: HS256, this issuer, this audience, 15 minutes. The header is compared, never interpreted, so no
/// other algorithm can be talked into.
/// </summary>
internal sealed partial class AccessTokens(SigningKeys keys, TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(15);
    private const string Issuer = "muster";
    private const string Audience = "muster-api";

    public async ValueTask<string> IssueAsync(string userId, Scopes scopes, CancellationToken cancel)
    {
        var key = await keys.CurrentAsync(cancel);
        var claims = new Claims(Issuer, Audience, userId, string.Join(' ', scopes.Names()), (time.GetUtcNow() + Life).ToUnixTimeSeconds());
        var body = Header(key.Kid) + "." + Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims, TokenJson.Default.Claims));
        return body + "." + Sign(key, body);
    }

    /// <summary>The user and the scopes of a good token, else null.</summary>
    public (string UserId, Scopes Scopes)? Verify(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3 || token.Length > 2000 || KeyOf(parts[0]) is not { } key || !Secrets.Same(Header(key.Kid), parts[0])
            || !Secrets.Same(Sign(key, parts[0] + "." + parts[1]), parts[2]))
        {
            return null;
        }

        var claims = JsonSerializer.Deserialize(Base64Url.DecodeFromChars(parts[1]), TokenJson.Default.Claims);
        return claims is { Iss: Issuer, Aud: Audience, Sub: { } user, Scope: { } scopes } && claims.Exp > time.GetUtcNow().ToUnixTimeSeconds()
            ? (user, ScopeNames.Parse(scopes))
            : null;
    }

    private SigningKey? KeyOf(string header)
    {
        try
        {
            return JsonSerializer.Deserialize(Base64Url.DecodeFromChars(header), TokenJson.Default.TokenHeader)?.Kid is { } kid ? keys.Find(kid) : null;
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            return null; // whatever it is, it is not one of our tokens
        }
    }

    private static string Header(string kid) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new TokenHeader("HS256", "JWT", kid), TokenJson.Default.TokenHeader));

    private static string Sign(SigningKey key, string body) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(key.Secret, Encoding.ASCII.GetBytes(body)));

    internal sealed record TokenHeader(string? Alg, string? Typ, string? Kid);

    internal sealed record Claims(string? Iss, string? Aud, string? Sub, string? Scope, long Exp);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
    [JsonSerializable(typeof(TokenHeader))]
    [JsonSerializable(typeof(Claims))]
    internal sealed partial class TokenJson : JsonSerializerContext;
}
