using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Muster.Hub.Api;
using Muster.Protocol.Ids;
using Muster.Protocol.Link;

namespace Muster.Hub.Fleet.Links;

/// <summary>Lets an enrolled node in: bearer, handshake, then its link until it is over.</summary>
internal sealed class MusterDoor(FleetContext fleet)
{
    /// <summary>Compared with where there is no such node, so that both take as long.</summary>
    private static readonly byte[] NoHash = new byte[SHA256.HashSizeInBytes];

    private readonly NodeHandshake _handshake = new(fleet);

    public async Task ServeAsync(HttpContext http, CancellationToken stopping)
    {
        if (Authenticate(http.Request.Headers.Authorization.ToString()) is not { } entry)
        {
            fleet.Counters.LinkRefused();
            throw new ApiException(
                401, "unauthenticated", "This machine is not known here, or its credential was taken away: run muster node join with a new token.");
        }

        using var webSocket = await http.WebSockets.AcceptWebSocketAsync(
            new WebSocketAcceptContext { SubProtocol = FrameSocket.Subprotocol, KeepAliveInterval = TimeSpan.Zero });
        await using var socket = new FrameSocket(webSocket, fleet.Time);
        if (await _handshake.OpenAsync(entry, socket, stopping) is { } link)
        {
            await link.RunAsync(stopping);
        }
    }

    public static byte[] Hash(string credential) => SHA256.HashData(Encoding.UTF8.GetBytes(credential));

    private FleetEntry? Authenticate(string authorization)
    {
        var bearer = authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? authorization[7..].Trim() : "";
        var dot = bearer.IndexOf('.', StringComparison.Ordinal);
        var entry = dot > 0 && Id<Node>.TryParse(bearer[..dot], out var id) ? fleet.State.Find(id) : null;
        var expected = entry?.Credential?.Hash ?? NoHash;
        return CryptographicOperations.FixedTimeEquals(Hash(bearer[(dot + 1)..]), expected) ? entry : null;
    }
}
