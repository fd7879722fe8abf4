using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace Muster.Testing;

/// <summary>Two ends of a real WebSocket over loopback TCP.</summary>
public sealed class SocketPair : IDisposable
{
    private readonly Socket _left;
    private readonly Socket _right;

    private SocketPair(Socket left, Socket right, string subprotocol)
    {
        (_left, _right) = (left, right);
        Client = WebSocket.CreateFromStream(new NetworkStream(left, ownsSocket: true), new WebSocketCreationOptions { SubProtocol = subprotocol });
        Server = WebSocket.CreateFromStream(new NetworkStream(right, ownsSocket: true), new WebSocketCreationOptions { IsServer = true, SubProtocol = subprotocol });
    }

    public WebSocket Client { get; }

    public WebSocket Server { get; }

    public static async Task<SocketPair> OpenAsync(CancellationToken cancel, string subprotocol = "muster.v1")
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var left = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await left.ConnectAsync(listener.LocalEndPoint!, cancel);
        var right = await listener.AcceptAsync(cancel);
        right.NoDelay = true;
        return new SocketPair(left, right, subprotocol);
    }

    /// <summary>Cuts the TCP connection without a goodbye.</summary>
    public void Cut()
    {
        _left.Close(0);
        _right.Close(0);
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
        Cut();
    }
}
