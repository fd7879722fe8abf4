using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Muster.Node.Sandbox.Tasks.Egress;
using Muster.Node.Tools.Web;
using Muster.Testing.Models;

namespace Muster.Tests.Node.Tools.Web;

/// <summary>Names with addresses, and one real server on loopback that stands at every public one of them. Which addresses may be reached is decided by the real check.</summary>
internal sealed class MadeUpInternet : IAsyncDisposable
{
    private static readonly IPAddress _public = IPAddress.Parse("93.184.216.34");
    private readonly LoopbackServer _server;

    private MadeUpInternet(LoopbackServer server) => _server = server;

    public ConcurrentQueue<IPEndPoint> Connected { get; } = [];

    public int Lookups { get; private set; }

    public static async Task<MadeUpInternet> StartAsync(Func<HttpContext, CancellationToken, Task> site) => new(await LoopbackServer.StartAsync(site));

    public WebOptions Options => new() { Route = new EgressRoute(ResolveAsync, ConnectAsync) };

    private Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancel) => Task.FromResult<IPAddress[]>(name switch
    {
        _ when IPAddress.TryParse(name, out var number) => [number],
        "localhost" => [IPAddress.Loopback, IPAddress.IPv6Loopback],
        "private.test" => [IPAddress.Parse("192.168.1.10"), IPAddress.Parse("fd00::1")],
        "carrier.test" => [IPAddress.Parse("100.64.0.1")],
        "linklocal.test" => [IPAddress.Parse("fe80::1"), IPAddress.Parse("169.254.1.1")],
        "multicast.test" => [IPAddress.Parse("224.0.0.1"), IPAddress.Parse("ff02::1")],
        "mapped.test" => [IPAddress.Parse("::ffff:127.0.0.1")],
        "translated.test" => [IPAddress.Parse("64:ff9b::7f00:1")],
        "rebinding.test" => [++Lookups == 1 ? _public : IPAddress.Loopback],
        "nowhere.test" => throw new SocketException((int)SocketError.HostNotFound),
        _ => [_public],
    });

    private async Task<Socket> ConnectAsync(IPEndPoint address, CancellationToken cancel)
    {
        Connected.Enqueue(address);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(_server.Url).Port, cancel);
        return socket;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
