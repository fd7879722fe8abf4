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
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("{own}")]
    [InlineData("localhost")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("0.0.0.0")]
    public async Task Connect_ToTheMachine_ReachesNobody(string host)
    {
        var port = Listen(out var listener);
        using (listener)
        {
            var result = await Fixture.PythonAsync(
                "import socket\ntry:\n socket.create_connection(('" + host.Replace("{own}", OwnAddress(), StringComparison.Ordinal) + $"', {port}), 3)\n print('reached')\nexcept OSError: print('no')");

            result.Stdout.ShouldBe("no\n", result.ToString());
            listener.Poll(TimeSpan.Zero, SelectMode.SelectRead).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("socket.create_connection(('169.254.169.254', 80), 3)")]
    [InlineData("socket.create_connection(('10.0.0.1', 80), 3)")]
    [InlineData("socket.create_connection(('1.1.1.1', 443), 3)")]
    [InlineData("socket.create_connection(('2606:4700:4700::1111', 443), 3)")]
    [InlineData("socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('1.1.1.1', 53))")]
    [InlineData("socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b'x', ('2606:4700:4700::1111', 53))")]
    [InlineData("socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)")]
    [InlineData("socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP).sendto(b'x' * 8, ('1.1.1.1', 0))")]
    [InlineData("socket.socket(socket.AF_PACKET, socket.SOCK_RAW)")]
    [InlineData("socket.socket(40, socket.SOCK_STREAM)")]
    [InlineData("socket.socket(38, socket.SOCK_SEQPACKET)")]
    [InlineData("socket.getaddrinfo('example.org', 80)")]
    [InlineData("socket.gethostbyname('aGVsbG8.tunnel.example.org')")]
    public async Task Packet_OfAnyKind_GoesNowhere(string attempt)
    {
        var result = await Fixture.PythonAsync($"import socket\ntry:\n {attempt}\n print('sent')\nexcept OSError as e: print('no')");

        result.Stdout.ShouldBe("no\n", result.ToString());
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
