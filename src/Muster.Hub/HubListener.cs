using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Fleet;
using Muster.Hub.Operations;
using Muster.Protocol.Link;

namespace Muster.Hub;

/// <summary>Where the hub listens: its addresses, its certificate, the names it goes by.</summary>
internal sealed class HubListener
{
    private readonly IReadOnlyList<HubUrl> _urls;
    private readonly X509Certificate2? _certificate;

    private HubListener(IReadOnlyList<HubUrl> urls, X509Certificate2? certificate, KnownHosts hosts)
    {
        (_urls, _certificate, Hosts) = (urls, certificate, hosts);
        Address.Fingerprint = certificate is null ? "" : HubPin.Of(certificate);
    }

    public HubAddress Address { get; } = new();

    public KnownHosts Hosts { get; }

    public static HubListener Prepare(HubOptions options)
    {
        var urls = options.Urls.Select(url => HubUrl.TryParse(url)!).ToList();
        if (options.Lan && LanAddress() is { } lan && !urls.Exists(url => url.Any || url.Address.Equals(lan)))
        {
            urls.Add(new HubUrl(false, lan, urls[0].Port));
        }

        var secured = urls.ConvertAll(url => options.InsecureHttp ? url with { Https = false } : url with { Https = url.Https || !url.Loopback });
        var certificate = secured.Exists(url => url.Https) ? HubCertificate.Open(options.Home, options.ExtraHosts, options.Time) : null;
        return new HubListener(secured, certificate, new KnownHosts([.. options.ExtraHosts, Dns.GetHostName(), Dns.GetHostName() + ".local"]));
    }

    public void Configure(WebApplicationBuilder builder, long largestBody)
    {
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = largestBody;
            foreach (var url in _urls)
            {
                kestrel.Listen(url.Address, url.Port, listen => Secure(listen, url));
            }
        });
    }

    public FleetOptions FleetOptions(HubOptions options) => options.Fleet with
    {
        ProgramVersion = options.ProgramVersion,
        Reached = Reached,
        PhoneWork = options.Fleet.PhoneWork with
        {
            Secret = options.RouterSecret, Loopback = _urls.All(url => url.Loopback), Users = options.PhoneWorkUsers,
        },
    };

    /// <exception cref="HubException">A port is taken or may not be used.</exception>
    public async Task StartAsync(WebApplication app, CancellationToken cancel)
    {
        try
        {
            await app.StartAsync(cancel);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            throw new HubException(Sentence(error), error);
        }

        var real = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(url => new Uri(url)).ToList();
        Address.Urls = [.. _urls.Select((url, index) => url.Describe(real[index].Port))];
        Address.Public = PublicUrl(real);
    }

    /// <summary>The credential with the address that the commands of this machine use: loopback where there is one.</summary>
    public LocalCredential Complete(LocalCredential local, HubAddress address)
    {
        var index = Math.Max(0, _urls.ToList().FindIndex(url => url.Loopback));
        var url = address.Urls[index].Replace("//0.0.0.0", "//127.0.0.1", StringComparison.Ordinal).Replace("//[::]", "//[::1]", StringComparison.Ordinal);
        return local with { Url = url, Fingerprint = _urls[index].Https ? address.Fingerprint : "" };
    }

    private void Secure(ListenOptions listen, HubUrl url)
    {
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        if (url.Https)
        {
            listen.UseHttps(_certificate!);
        }
        else
        {
            listen.Protocols = HttpProtocols.Http1;
        }
    }

    /// <summary>Loopback is no use to another machine, so a request by loopback gives the public address. A proxy says by which scheme it was reached.</summary>
    private (string Url, string Fingerprint) Reached(HttpRequest request)
    {
        if (request.Host.Host is "localhost" || (IPAddress.TryParse(request.Host.Host.Trim('[', ']'), out var host) && IPAddress.IsLoopback(host)))
        {
            return (Address.Public, Address.Public.StartsWith("https:", StringComparison.Ordinal) ? Address.Fingerprint : "");
        }

        var scheme = request.Headers["X-Forwarded-Proto"] == "https" ? "https" : request.Scheme;
        return ($"{scheme}://{request.Host}", request.IsHttps ? Address.Fingerprint : "");
    }

    private string PublicUrl(List<Uri> real)
    {
        var index = Math.Max(0, _urls.ToList().FindIndex(url => !url.Loopback));
        var url = _urls[index];
        return (url.Any ? url with { Address = LanAddress() ?? IPAddress.Loopback } : url).Describe(real[index].Port);
    }

    private string Sentence(Exception error)
    {
        var taken = _urls.FirstOrDefault(url => error.Message.Contains($":{url.Port}", StringComparison.Ordinal)) ?? _urls[0];
        var inUse = error is Microsoft.AspNetCore.Connections.AddressInUseException
            || error.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse };
        return inUse
            ? $"{taken.Describe(taken.Port)} is already in use{(PortHolder.Find(taken.Port) is { } who ? " by " + who : "")}: stop that program, or choose another port with --urls http://127.0.0.1:PORT."
            : $"Cannot listen on {taken.Describe(taken.Port)} ({(error.InnerException ?? error).Message}): choose another address with --urls.";
    }

    private static IPAddress? LanAddress() => HubCertificate.Addresses()
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
}
