using System.Net;
using System.Net.WebSockets;
using Muster.Protocol.Link;

namespace Muster.Node.Link;

/// <summary>Opens the WebSocket to the hub, which must show the pinned key.</summary>
internal static class HubDial
{
    public static async Task<WebSocket> OpenAsync(NodeIdentity identity, CancellationToken cancel)
    {
        var socket = new ClientWebSocket();
        try
        {
            var url = Url(identity);
            socket.Options.AddSubProtocol(FrameSocket.Subprotocol);
            socket.Options.SetRequestHeader("Authorization", $"Bearer {identity.NodeId}.{identity.Secret}");
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.KeepAliveInterval = TimeSpan.Zero; // the session has heartbeats of its own
            if (identity.HubFingerprint is { } pin)
            {
                socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => HubPin.Matches(certificate, pin);
            }

            await socket.ConnectAsync(url, cancel);
            return socket.SubProtocol == FrameSocket.Subprotocol
                ? socket
                : throw new HubRefusedException($"{identity.HubUrl} answered, but not as a Muster hub: check its address.");
        }
        catch (WebSocketException error)
        {
            var status = socket.HttpStatusCode;
            socket.Dispose();
            throw Explain(identity, status, error);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Uri Url(NodeIdentity identity)
    {
        if (!Uri.TryCreate(identity.HubUrl, UriKind.Absolute, out var hub) || hub.Scheme is not ("http" or "https"))
        {
            throw new HubRefusedException($"The hub's address \"{identity.HubUrl}\" in {NodeIdentity.FileName} is not an http or https address: run muster node join again.");
        }

        if (hub.Scheme == "http" && !hub.IsLoopback)
        {
            throw new HubRefusedException($"The hub's address {identity.HubUrl} is not https, so anyone on the way could read along: give the hub https and run muster node join again.");
        }

        return new UriBuilder(hub)
        {
            Scheme = hub.Scheme == "https" ? "wss" : "ws",
            Path = hub.AbsolutePath.TrimEnd('/') + "/ws/node",
        }.Uri;
    }

    private static Exception Explain(NodeIdentity identity, HttpStatusCode status, WebSocketException error)
    {
        for (Exception? inner = error; inner is not null; inner = inner.InnerException)
        {
            if (inner is System.Security.Authentication.AuthenticationException)
            {
                return new HubRefusedException(
                    $"{identity.HubUrl} does not show the key of the hub that this node joined: if the hub was set up anew, run muster node join again; if not, somebody may be in between.");
            }
        }

        return status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new HubRefusedException(
                "The hub does not know this node (revoked or removed?): run muster node join again."),
            HttpStatusCode.NotFound => new HubRefusedException(
                $"{identity.HubUrl} answered, but not as a Muster hub: check its address."),
            default(HttpStatusCode) => new IOException($"The hub {identity.HubUrl} cannot be reached ({Innermost(error).Message}); trying again."),
            _ => new IOException($"The hub {identity.HubUrl} is not ready (status {(int)status}); trying again."),
        };
    }

    private static Exception Innermost(Exception error) => error.InnerException is { } inner ? Innermost(inner) : error;
}

/// <summary>The hub, or this node's own settings, do not let it in; the message is for a person. It is tried again, slowly.</summary>
internal sealed class HubRefusedException(string message, bool final = false) : Exception(message)
{
    /// <summary>There is no sense in trying again.</summary>
    public bool Final => final;
}
