using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Muster.Hub.Api;
using Muster.Hub.Fleet.Links;
using Muster.Hub.Fleet.PhoneWork;
using Muster.Protocol.Link;

namespace Muster.Hub.Fleet;

/// <summary>The one door of machines: <c>GET /ws/node</c>. The subprotocol tells which dialect is spoken.</summary>
internal static class LinkEndpoint
{
    public static void MapLinks(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var (muster, phoneWork) = (services.GetRequiredService<MusterDoor>(), services.GetRequiredService<PhoneWorkDoor>());
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var door = routes.CreateApplicationBuilder();
        door.UseWebSockets();
        door.Run(http => ServeAsync(http, muster, phoneWork, stopping));
        routes.MapGet("/ws/node", door.Build()).NeedingNobody().ExcludeFromDescription();
    }

    private static Task ServeAsync(HttpContext http, MusterDoor muster, PhoneWorkDoor phoneWork, CancellationToken stopping)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            throw new ApiException(400, "invalid", "This address is the link of machines: it speaks WebSocket only.");
        }

        var asked = http.WebSockets.WebSocketRequestedProtocols;
        return asked.Contains(FrameSocket.Subprotocol) ? muster.ServeAsync(http, stopping)
            : asked.Count == 0 ? phoneWork.ServeAsync(http, stopping)
            : throw new ApiException(400, "invalid", $"This hub speaks {FrameSocket.Subprotocol}, not {string.Join(", ", asked)}: update the node.");
    }
}
