using System.Net.WebSockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Muster.Hub.Api;
using Muster.Hub.Fleet.Links;
using Muster.Protocol.Link;
using Muster.Storage;

namespace Muster.Hub.Fleet.PhoneWork;

/// <summary>Lets a PhoneWork host client in: the shared secret, its register message, then its link until it is over.</summary>
internal sealed partial class PhoneWorkDoor(FleetContext fleet, PhoneWorkFeed feed)
{
    private readonly PhoneWorkRegistry _registry = new(fleet, feed);

    public async Task ServeAsync(HttpContext http, CancellationToken stopping)
    {
        var options = fleet.Options.PhoneWork;
        if (!KnowsSecret(options, http.Request.Headers.Authorization.ToString()))
        {
            fleet.Counters.LinkRefused();
            throw new ApiException(401, "unauthenticated", "The ROUTER_SECRET is wrong, or this hub has none: check it on both sides.");
        }

        using var webSocket = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { KeepAliveInterval = TimeSpan.Zero });
        var socket = new PhoneWorkSocket(webSocket, fleet.Time, options.MaxMessageBytes);
        if (await OpenAsync(socket, stopping) is { } link)
        {
            await link.RunAsync(stopping);
        }
    }

    private async Task<PhoneWorkLink?> OpenAsync(PhoneWorkSocket socket, CancellationToken stopping)
    {
        using var deadline = new CancellationTokenSource(fleet.Options.HandshakeTimeout, fleet.Time);
        using var opening = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        try
        {
            var message = await socket.ReceiveAsync(opening.Token);
            if (message?.Type != "register")
            {
                fleet.Counters.ProtocolError();
                await socket.CloseAsync(WebSocketCloseStatus.ProtocolError, "the first message must be register");
                return null;
            }

            var (link, refused) = await _registry.OpenAsync(message, socket, opening.Token);
            if (refused is not null)
            {
                fleet.Counters.LinkRefused();
                LogRefused(fleet.Logger, NodeFactsReader.Cut(message.NodeId ?? "", 40), refused);
                await socket.CloseAsync(WebSocketCloseStatus.PolicyViolation, refused);
            }

            return link;
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException or StorageException)
        {
            LogNotOpened(fleet.Logger, error.Message);
            await socket.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "the hub could not open the link in time");
            return null;
        }
    }

    private static bool KnowsSecret(PhoneWorkOptions options, string authorization)
    {
        var shown = authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? authorization[7..].Trim() : "";
        var same = CryptographicOperations.FixedTimeEquals(MusterDoor.Hash(shown), MusterDoor.Hash(options.Secret ?? ""));
        return same && options.Enabled;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "PhoneWork node \"{Name}\" was refused: {Why}")]
    private static partial void LogRefused(ILogger logger, string name, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "The link of a PhoneWork node was not opened: {Why}")]
    private static partial void LogNotOpened(ILogger logger, string why);
}
