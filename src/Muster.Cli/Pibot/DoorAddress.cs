using System.Globalization;
using System.Net;
using Muster.Cli.Configuration;

namespace Muster.Cli.Pibot;

/// <summary>Where the door listens, as <c>[ADDRESS:]PORT</c>: without an address only this machine reaches it.</summary>
internal static class DoorAddress
{
    public static IPEndPoint? Parse(string text)
    {
        // IPEndPoint reads "5000" as an address.
        var place = text.All(char.IsAsciiDigit) ? "127.0.0.1:" + text
            : text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? "127.0.0.1" + text["localhost".Length..]
            : text.StartsWith("*:", StringComparison.Ordinal) ? "0.0.0.0" + text[1..]
            : text;
        return place.LastIndexOf(':') is var colon and > 0
            && ushort.TryParse(place[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && IPAddress.TryParse(place[..colon], out var address)
            && (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork || place.StartsWith('['))
                ? new IPEndPoint(address, port)
                : null;
    }

    public static bool IsOpen(IPEndPoint place) => !IPAddress.IsLoopback(place.Address);

    /// <summary>A sentence when the hub of this process listens at the same place.</summary>
    public static string? Collision(IReadOnlyList<string> listen, IReadOnlyList<string> urls)
    {
        foreach (var place in listen.Select(Parse).OfType<IPEndPoint>().Where(place => place.Port != 0))
        {
            if (urls.FirstOrDefault(url => IsAt(ListItems.Address(url), place)) is { } url)
            {
                return $"The hub listens on {url}, so PiBot's door cannot listen on {place}: give it a port of its own, such as --pibot {new IPEndPoint(place.Address, place.Port == ushort.MaxValue ? 5000 : place.Port + 1)}";
            }
        }

        return null;
    }

    /// <summary>A door that listens there is reached at this address from this machine, and no other machine is.</summary>
    public static bool IsOwn(IReadOnlyList<string> listen, Uri worker)
    {
        var address = worker.Host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(worker.Host.Trim('[', ']'), out var number) ? number : null;
        return address is not null && listen.Select(Parse).OfType<IPEndPoint>().Any(place =>
            place.Port == worker.Port && (address.Equals(place.Address) || (IsAny(place.Address) && IPAddress.IsLoopback(address))));
    }

    private static bool IsAt(Uri? url, IPEndPoint place)
    {
        if (url is null || url.Port != place.Port)
        {
            return false;
        }

        var address = url.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(url.Host.Trim('[', ']'));
        return IsAny(address) || IsAny(place.Address) || address.Equals(place.Address);
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
