using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Muster.Hub.Operations;

/// <summary>The hub's own certificate: P-256, made once, kept in the home's tls folder. Nodes pin its public key, so no authority is needed.</summary>
internal static class HubCertificate
{
    private const int Years = 20;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static X509Certificate2 Open(string home, IEnumerable<string> hosts, TimeProvider time)
    {
        var folder = Path.Combine(home, "tls");
        var path = Path.Combine(folder, "hub.pem");
        if (!File.Exists(path))
        {
            HomeFolder.Create(folder);
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var made = Make(key, hosts, time.GetUtcNow());
            var pem = made.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
            var draft = path + ".new";
            using (var file = new FileStream(draft, OperatingSystem.IsWindows()
                ? new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write }
                : new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
            {
                file.Write(System.Text.Encoding.ASCII.GetBytes(pem));
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, path);
        }

        using var read = X509Certificate2.CreateFromPemFile(path);
        // Windows cannot serve with a key that lives in memory alone.
        return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>Names and addresses of this machine.</summary>
    public static IEnumerable<IPAddress> Addresses() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus == OperationalStatus.Up)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(found => found.Address)
            .Where(address => !address.IsIPv6LinkLocal);

    private static X509Certificate2 Make(ECDsa key, IEnumerable<string> hosts, DateTimeOffset now)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts.Append("localhost").Append(Dns.GetHostName()).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (Uri.CheckHostName(host) == UriHostNameType.Dns)
            {
                names.AddDnsName(host);
            }
        }

        foreach (var address in Addresses().Append(IPAddress.Loopback).Distinct().Where(found => found.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
        {
            names.AddIpAddress(new IPAddress(address.GetAddressBytes()));
        }

        var request = new CertificateRequest("CN=Muster hub", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        return request.CreateSelfSigned(now.AddDays(-1), now.AddYears(Years));
    }
}
