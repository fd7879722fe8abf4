using System.Buffers.Text;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Muster.Client.Http;

/// <summary>Accepts one key and no other, as an enrolment token or a stored login names it.</summary>
public static class Pinning
{
    /// <summary>base64url SHA-256 of the certificate's SubjectPublicKeyInfo.</summary>
    public static string Fingerprint(X509Certificate2 certificate) =>
        Base64Url.EncodeToString(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    internal static HttpMessageHandler Handler(Uri hub, string? fingerprint)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !hub.IsLoopback,
        };
        if (!string.IsNullOrEmpty(fingerprint))
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => Matches(certificate, fingerprint);
        }

        return handler;
    }

    private static bool Matches(X509Certificate? certificate, string fingerprint) =>
        certificate is X509Certificate2 known && Fingerprint(known) == fingerprint;

    /// <summary>The fingerprint that a server shows, to be confirmed by a person before it is pinned; null for plain http.</summary>
    public static async Task<string?> ProbeAsync(Uri hub, CancellationToken cancellationToken)
    {
        if (hub.Scheme != Uri.UriSchemeHttps)
        {
            return null;
        }

        string? seen = null;
        using var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), UseProxy = !hub.IsLoopback };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, problems) =>
        {
            seen = problems != SslPolicyErrors.None && certificate is X509Certificate2 own ? Fingerprint(own) : null;
            return certificate is not null; // nothing but the public greeting is asked here
        };
        using var http = new HttpClient(handler);
        using var answer = await http.GetAsync(new Uri(hub, "api/v1/hub"), cancellationToken);
        return seen;
    }
}
