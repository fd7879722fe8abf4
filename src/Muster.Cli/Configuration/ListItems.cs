using System.Net;
using Muster.Cli.Doctor.Workers;
using Muster.Cli.Pibot;
using Muster.Node.Compute;
using Muster.Node.Compute.Owner;
using Muster.Node.Tools.Web;

namespace Muster.Cli.Configuration;

/// <summary>What one item of a list has to be.</summary>
/// <param name="Meaning">Ends the sentence "it must be …".</param>
public sealed record ListItems(Func<string, bool> Fits, string Meaning)
{
    public static ListItems Listening { get; } = new(item => Address(item) is not null, "http:// or https:// with an address, localhost or * and a port, such as http://127.0.0.1:5000");

    public static ListItems Host { get; } = new(
        item => Uri.CheckHostName(item) != UriHostNameType.Unknown,
        "a host name such as muster.example.org, without http:// and port");

    public static ListItems Hours { get; } = new(item => DayHours.TryParse(item, out _), "two different times of the day such as 22:00-07:00");

    public static ListItems Reachable { get; } = new(WebOptions.IsHost, "a host such as nas.lan, nas.lan:8080 or 192.168.1.10 (ports 80 and 443 unless it names one), without http://");

    public static ListItems Door { get; } = new(item => DoorAddress.Parse(item) is not null, "a port, or an address and a port such as 127.0.0.1:5000");

    public static ListItems DoorKey { get; } = new(item => item.Length >= DoorGuard.ShortestKey && !item.Any(char.IsWhiteSpace), $"a key of at least {DoorGuard.ShortestKey} characters without spaces");

    public static ListItems WorkerKey { get; } = new(item => WorkerKeys.Parse(item) is not null, "a worker and its key, as HOST=KEY or HOST:PORT=KEY");

    public static ListItems Caller { get; } = new(item => DoorGuard.Network(item) is not null, "an address such as 192.168.1.10, or a network such as 192.168.1.0/24");

    /// <summary>Where a server listens, or null; * and + stand for every address of this machine.</summary>
    public static Uri? Address(string text) =>
        Uri.TryCreate(text.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var url)
            && url is { Scheme: "http" or "https", PathAndQuery: "/" }
            && (url.Host == "localhost" || IPAddress.TryParse(url.Host.Trim('[', ']'), out _))
                ? url
                : null;
}
