using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Muster.Protocol.Link;

/// <summary>How a node knows its hub without a certificate authority: the base64url of the SHA-256 of the certificate's SubjectPublicKeyInfo.</summary>
public static class HubPin
{
    public static string Of(X509Certificate2 certificate) =>
        Base64Url.EncodeToString(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    public static bool Matches(X509Certificate? certificate, string pin)
    {
        if (certificate is null)
        {
            return false;
        }

        using var parsed = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return string.Equals(Of(parsed), pin, StringComparison.Ordinal);
    }
}
