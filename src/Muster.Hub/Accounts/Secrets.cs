using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Muster.Hub.Accounts;

/// <summary>Random secrets of 256 bits, kept as their SHA-256: too random to need a slow hash.</summary>
internal static class Secrets
{
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string Hash(string secret) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    public static bool Same(string a, string b) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));
}
