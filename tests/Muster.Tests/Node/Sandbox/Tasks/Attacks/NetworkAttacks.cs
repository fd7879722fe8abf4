using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks.Attacks;

[UnsupportedOSPlatform("windows")]
public abstract class NetworkAttacks(SandboxFixture fixture) : SandboxAttack(fixture)
{
    [Fact]
    public async Task Connect_ToTheMachine_ReachesNobody()
    {
        var port = Listen(out var listener);
        using (listener)
        {
            string[] hosts = ["127.0.0.1", OwnAddress(), "localhost", "::1", "::ffff:127.0.0.1", "0.0.0.0"];

            var result = await TryEachAsync([.. hosts.Select(host => $"socket.create_connection(('{host}', {port}), 3)")]);

            result.Stdout.ShouldBe(string.Concat(Enumerable.Repeat("no\n", hosts.Length)), result.ToString());
            listener.Poll(TimeSpan.Zero, SelectMode.SelectRead).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task Packet_OfAnyKind_GoesNowhere()
    {
        string[] packets =
        [
            "socket.create_connection(('169.254.169.254', 80), 3)",
            "socket.create_connection(('10.0.0.1', 80), 3)",
            "socket.create_connection(('1.1.1.1', 443), 3)",
            "socket.create_connection(('2606:4700:4700::1111', 443), 3)",
            "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('1.1.1.1', 53))",
            "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b'x', ('2606:4700:4700::1111', 53))",
            "socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)",
            "socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP).sendto(b'x' * 8, ('1.1.1.1', 0))",
            "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
            "socket.socket(40, socket.SOCK_STREAM)",
            "socket.socket(38, socket.SOCK_SEQPACKET)",
            "socket.getaddrinfo('example.org', 80)",
            "socket.gethostbyname('aGVsbG8.tunnel.example.org')",
        ];

        (await TryEachAsync(packets)).Stdout.ShouldBe(string.Concat(Enumerable.Repeat("no\n", packets.Length)));
    }

    [Fact]
    public async Task AbstractSocket_OfTheMachine_IsNotThere()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var name = $"muster-test-{Environment.ProcessId}";
        listener.Bind(new UnixDomainSocketEndPoint("\0" + name));
        listener.Listen();

        var result = await Fixture.PythonAsync(
            $"import socket\ns = socket.socket(socket.AF_UNIX)\ntry:\n s.connect('\\0{name}')\n print('reached')\nexcept OSError: print('no')");

        result.Stdout.ShouldBe("no\n", result.ToString());
    }

    [Fact]
    public async Task Listener_OfATask_IsHeardByItselfAlone()
    {
        var result = await Fixture.PythonAsync(
            "import socket, os\ns = socket.create_server(('0.0.0.0', 18080))\nc = socket.create_connection(('127.0.0.1', 18080))\n" +
            "s.accept()[0].sendall(b'hello')\nprint(c.recv(5).decode(), [n for _, n in socket.if_nameindex()])");

        result.Stdout.ShouldBe("hello ['lo']\n", result.ToString());
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().ShouldNotContain(address => address.Port == 18080);
    }

    private Task<TaskResult> TryEachAsync(IReadOnlyList<string> attempts) => Fixture.PythonAsync(
        "import socket\n" + string.Concat(attempts.Select(attempt => $"try:\n {attempt}\n print('''{attempt}''')\nexcept OSError: print('no')\n")));

    private static int Listen(out Socket listener)
    {
        listener = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        listener.Listen();
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }

    private static string OwnAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(own => own.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address), IPAddress.Loopback)
        .ToString();
}

[UnsupportedOSPlatform("windows")]
public sealed class ProcessNetworkAttacks(ProcessSandboxFixture fixture) : NetworkAttacks(fixture), IClassFixture<ProcessSandboxFixture>;
