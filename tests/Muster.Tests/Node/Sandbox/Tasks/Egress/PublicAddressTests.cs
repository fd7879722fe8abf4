using System.Net;
using Muster.Node.Sandbox.Tasks;
using Muster.Node.Sandbox.Tasks.Egress;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks.Egress;

public sealed class PublicAddressTests
{
    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("93.184.216.34")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450::1")]
    [InlineData("64:ff9b::1.1.1.1")]
    public void Address_OfTheInternet_IsPublic(string address) => PublicAddress.Is(IPAddress.Parse(address)).ShouldBeTrue();

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.1")]
    [InlineData("192.0.2.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("::7f00:1")]
    [InlineData("64:ff9b::10.0.0.1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("3fff::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void Address_OfAnythingElse_IsNot(string address) => PublicAddress.Is(IPAddress.Parse(address)).ShouldBeFalse();

    [Theory]
    [InlineData("example.org", "example.org", 443, true)]
    [InlineData("example.org", "example.org", 80, true)]
    [InlineData("example.org", "example.org", 22, false)]
    [InlineData("Example.ORG.", "example.org", 443, true)]
    [InlineData("example.org", "www.example.org", 443, false)]
    [InlineData("example.org", "notexample.org", 443, false)]
    [InlineData("example.org:8443", "example.org", 8443, true)]
    [InlineData("example.org:8443", "example.org", 443, false)]
    [InlineData("*.example.org", "a.b.example.org", 443, true)]
    [InlineData("*.example.org", "example.org", 443, false)]
    [InlineData("*.example.org", "evilexample.org", 443, false)]
    [InlineData("*.example.org:22", "git.example.org", 22, true)]
    [InlineData("[2606:4700::1111]:443", "2606:4700::1111", 443, true)]
    public void Rule_Host_IsAllowedOrNot(string rule, string host, int port, bool allowed) =>
        HostRule.Parse(rule).Allows(host, port).ShouldBe(allowed);

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("exa mple.org")]
    [InlineData("http://example.org")]
    [InlineData("example.org/path")]
    [InlineData("example.org:0")]
    [InlineData("example.org:99999")]
    [InlineData("example.org:")]
    [InlineData("例子.org")]
    [InlineData("a.*.org")]
    public void Rule_ThatIsNone_IsRefusedWithASentence(string rule) =>
        Should.Throw<SandboxUnavailableException>(() => HostRule.Parse(rule)).Message.ShouldContain("`*.example.org`");

    [Theory]
    [InlineData("CONNECT example.org:443 HTTP/1.1\r\n\r\n", "example.org", 443)]
    [InlineData("CONNECT [2606:4700::1111]:443 HTTP/1.1\r\n\r\n", "2606:4700::1111", 443)]
    [InlineData("GET http://example.org/a?b HTTP/1.1\r\nHost: other.org\r\n\r\n", "example.org", 80)]
    [InlineData("GET http://EXAMPLE.org:8080 HTTP/1.0\r\n\r\n", "example.org", 8080)]
    public void Head_Request_IsUnderstood(string text, string host, int port)
    {
        var head = RequestHead.Parse(text, out _).ShouldNotBeNull();

        (head.Host, head.Port).ShouldBe((host, port));
        System.Text.Encoding.ASCII.GetString(head.Forward).ShouldNotContain("other.org");
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", "400")]
    [InlineData("GET https://example.org/ HTTP/1.1\r\n\r\n", "400")]
    [InlineData("GET ftp://example.org/ HTTP/1.1\r\n\r\n", "400")]
    [InlineData("CONNECT example.org HTTP/1.1\r\n\r\n", "400")]
    [InlineData("CONNECT user@example.org:443 HTTP/1.1\r\n\r\n", "400")]
    [InlineData("GET http://allowed.org@evil.org/ HTTP/1.1\r\n\r\n", "400")]
    [InlineData("GET http://example.org/ HTTP/2\r\n\r\n", "400")]
    [InlineData("GET  http://example.org/ HTTP/1.1\r\n\r\n", "400")]
    [InlineData("POST http://example.org/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "411")]
    [InlineData("POST http://example.org/ HTTP/1.1\r\nTransfer-Encoding : chunked\r\n\r\n", "400")]
    [InlineData("POST http://example.org/ HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "400")]
    [InlineData("POST http://example.org/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 20\r\n\r\n", "400")]
    [InlineData("GET http://example.org/ HTTP/1.1\r\n folded: x\r\n\r\n", "400")]
    [InlineData("nonsense", "400")]
    public void Head_ThatIsNotForAProxy_IsRefused(string text, string status)
    {
        RequestHead.Parse(text, out var refusal).ShouldBeNull();
        refusal.ShouldStartWith(status);
    }
}
