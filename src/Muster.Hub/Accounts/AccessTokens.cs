using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Hub.Accounts;

/// <summary>What a good token says.</summary>
/// <param name="SignIn">With which it ends, even before its time.</param>
internal sealed record TokenClaims(string User, Scopes Scopes, string SignIn);

/// <summary>
/// JSON Web Tokens of one kind: HS256, this issuer, this audience, 15 minutes. The header is compared, never interpreted, so no
/// other algorithm can be talked into.
/// </summary>
internal sealed partial class AccessTokens(SigningKeys keys, TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    /// <summary>How far the clocks of hubs with one database may be apart.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    private const int Longest = 2000;
    private const string Issuer = "muster";
    private const string Audience = "muster-api";

    public async ValueTask<string> IssueAsync(string userId, Scopes scopes, string signIn, CancellationToken cancel)
    {
        var key = await keys.CurrentAsync(cancel);
        var now = time.GetUtcNow();
        var claims = new Claims(Issuer, Audience, userId, string.Join(' ', scopes.Names()), signIn, now.ToUnixTimeSeconds(), (now + Life).ToUnixTimeSeconds());
        var body = Header(key.Kid) + "." + Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims, TokenJson.Default.Claims));
        return body + "." + Sign(key, body);
    }

    /// <summary>What a good token says, else null.</summary>
    public TokenClaims? Verify(string token)
    {
        var parts = token.Length <= Longest ? token.Split('.') : [];
        if (parts.Length != 3 || KeyOf(parts[0]) is not { } key || !Secrets.Same(Header(key.Kid), parts[0])
            || !Secrets.Same(Sign(key, parts[0] + "." + parts[1]), parts[2]))
        {
            return null;
        }

        var claims = JsonSerializer.Deserialize(Base64Url.DecodeFromChars(parts[1]), TokenJson.Default.Claims);
        var now = time.GetUtcNow();
        return claims is { Iss: Issuer, Aud: Audience, Sub: { } user, Scope: { } scopes, Sid: { } signIn }
            && claims.Exp > now.ToUnixTimeSeconds() && claims.Iat <= (now + Skew).ToUnixTimeSeconds()
            ? new TokenClaims(user, ScopeNames.Parse(scopes), signIn)
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

    internal sealed record Claims(string? Iss, string? Aud, string? Sub, string? Scope, string? Sid, long Iat, long Exp);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
    [JsonSerializable(typeof(TokenHeader))]
    [JsonSerializable(typeof(Claims))]
    internal sealed partial class TokenJson : JsonSerializerContext;
}
