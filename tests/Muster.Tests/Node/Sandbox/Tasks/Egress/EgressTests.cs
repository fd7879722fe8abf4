using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Node.Sandbox.Tasks;
using Muster.Node.Sandbox.Tasks.Bubblewrap;
using Muster.Node.Sandbox.Tasks.Egress;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks.Egress;

/// <summary>Tasks with a network: real sandboxes and the real proxy, with an internet of our own behind it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class EgressTests(EgressTests.Internet internet) : IClassFixture<EgressTests.Internet>
{
    private const string Fetch =
        "import sys, urllib.request, urllib.error\n" +
        "for url in sys.argv[1:]:\n" +
        " try: print(urllib.request.urlopen(url, timeout=10).read().decode())\n" +
        " except urllib.error.HTTPError as e: print(e.code, e.read().decode().strip())\n" +
        " except OSError as e: print('no', e)\n";

    [Fact]
    public async Task Request_ToAnAllowedHost_IsAnsweredAndCounted()
    {
        var result = await FetchAsync(EgressPolicy.AllowList("allowed.test"), "http://allowed.test/a?b=1");

        result.Stdout.ShouldBe("GET /a?b=1 HTTP/1.1 | Host: allowed.test | Connection: close\n", result.ToString());
        result.Outcome.Usage.BytesIn.ShouldBeInRange(100, 1000);
        result.Outcome.Usage.BytesOut.ShouldBeInRange(50, 1000);
        internet.Connected.ShouldContain(new IPEndPoint(IPAddress.Parse("93.184.216.34"), 80));
    }

    [Fact]
    public async Task Tunnel_ToAnAllowedHost_CarriesBytesBothWays()
    {
        var result = await internet.PythonAsync(
            "import os, socket\nhost, port = os.environ['HTTPS_PROXY'][7:].split(':')\ns = socket.create_connection((host, int(port)))\n" +
            "s.sendall(b'CONNECT allowed.test:443 HTTP/1.1\\r\\n\\r\\nGET /early HTTP/1.1\\r\\nHost: inside\\r\\n\\r\\n')\n" +
            "s.shutdown(socket.SHUT_WR)\nb = b''\nwhile (p := s.recv(65536)): b += p\nprint(b.decode().replace('\\r\\n', '|'))",
            job => job with { Egress = EgressPolicy.AllowList("allowed.test:443") });

        result.Stdout.ShouldStartWith("HTTP/1.1 200 Connection Established||HTTP/1.1 200 OK|", Case.Sensitive, result.ToString());
        result.Stdout.ShouldContain("GET /early HTTP/1.1 | Host: inside");
    }

    [Theory]
    [InlineData("http://other.test/", "403 This task may not reach other.test:80.")]
    [InlineData("http://allowed.test:22/", "403 This task may not reach allowed.test:22.")]
    [InlineData("http://sub.allowed.test/", "403 This task may not reach sub.allowed.test:80.")]
    [InlineData("http://93.184.216.34/", "403 This task may not reach 93.184.216.34:80.")]
    [InlineData("http://private.test/", "403 private.test is at no public address")]
    [InlineData("http://metadata.test/", "403 metadata.test is at no public address")]
    [InlineData("http://mapped.test/", "403 mapped.test is at no public address")]
    [InlineData("http://here.test/", "403 here.test is at no public address")]
    [InlineData("http://127.0.0.1:8080/", "no ")]
    [InlineData("http://nowhere.test/", "502 The node cannot find nowhere.test")]
    [InlineData("http://silent.test/", "502 silent.test:80 does not answer")]
    public async Task Request_ToAnythingElse_IsRefusedWithASentence(string url, string answer)
    {
        var result = await FetchAsync(EgressPolicy.AllowList(
            "allowed.test", "private.test", "metadata.test", "mapped.test", "here.test", "nowhere.test", "silent.test"), url);

        result.Stdout.ShouldStartWith(answer, Case.Sensitive, result.ToString());
    }

    [Fact]
    public async Task Redirect_ToAnotherHost_IsAskedForAgain()
    {
        var result = await FetchAsync(EgressPolicy.AllowList("allowed.test"), "http://allowed.test/redirect?http://other.test/secret");

        result.Stdout.ShouldStartWith("403 This task may not reach other.test:80.", Case.Sensitive, result.ToString());
    }

    [Fact]
    public async Task Name_ThatChangesItsAddress_IsConnectedToTheOneThatWasLookedAt()
    {
        internet.Lookups = 0;

        var result = await FetchAsync(EgressPolicy.AllowList("rebinding.test"), "http://rebinding.test/", "http://rebinding.test/");

        // First public, then 127.0.0.1: each request looked once, and used what it saw.
        result.Stdout.ShouldMatch("^GET / HTTP/1.1 .*\n403 rebinding.test is at no public address", result.ToString());
        internet.Lookups.ShouldBe(2);
        internet.Connected.ShouldNotContain(address => IPAddress.IsLoopback(address.Address));
    }

    [Fact]
    public async Task Open_EveryPublicHost_IsReachedAndNoOther()
    {
        var result = await FetchAsync(EgressPolicy.Open, "http://other.test:81/", "http://private.test/");

        result.Stdout.ShouldMatch("^GET / HTTP/1.1 .*\n403 private.test is at no public address", result.ToString());
    }

    [Fact]
    public async Task Open_WithoutTheOwnersLeave_IsRefused()
    {
        var sandbox = new BubblewrapSandbox(new TaskSandboxOptions { Home = internet.Home }, TimeProvider.System, NullLogger<BubblewrapSandbox>.Instance);
        await internet.RequireAsync();

        (await Should.ThrowAsync<SandboxUnavailableException>(() => sandbox.StartAsync(
            internet.Job(["true"], job => job with { Egress = EgressPolicy.Open }), new KeptOutput(), TestContext.Current.CancellationToken)))
            .Message.ShouldContain("compute.open_network: true");
        await internet.ProveCleanAsync();
    }

    [Theory]
    [InlineData("socket.create_connection(('93.184.216.34', 80), 3)")]
    [InlineData("socket.getaddrinfo('allowed.test', 80)")]
    [InlineData("socket.create_connection(('127.0.0.1', 22), 3)")]
    public async Task Network_BesidesTheProxy_IsNotThere(string attempt)
    {
        var result = await internet.PythonAsync($"import socket\ntry:\n {attempt}\n print('sent')\nexcept OSError as e: print('no')",
            job => job with { Egress = EgressPolicy.AllowList("allowed.test") });

        result.Stdout.ShouldBe("no\n", result.ToString());
    }

    [Fact]
    public async Task Connections_MoreThanThereMayBe_WaitAndOthersGoOn()
    {
        var result = await internet.PythonAsync(
            "import os, socket\nhost, port = os.environ['HTTPS_PROXY'][7:].split(':')\nopen_ = []\nanswered = 0\n" +
            "for _ in range(12):\n s = socket.create_connection((host, int(port)))\n s.sendall(b'CONNECT allowed.test:443 HTTP/1.1\\r\\n\\r\\n')\n" +
            " s.settimeout(1)\n open_.append(s)\n" +
            "for s in open_:\n try: answered += len(s.recv(100)) > 0\n except OSError: break\n" +
            "print(answered)\nopen_[0].close()\nopen_[8].settimeout(20)\nprint(len(open_[8].recv(100)) > 0)",
            job => job with { Egress = EgressPolicy.AllowList("allowed.test") });

        result.Stdout.ShouldBe("8\nTrue\n", result.ToString());
    }

    [Fact]
    public async Task Listener_BorrowedFromAHelper_IsOurs()
    {
        // As a node does that is not root: a small program enters the network, and its socket is taken over.
        var job = internet.Job(["sleep", "1000"]);
        await internet.RequireAsync();
        await using var run = await internet.Sandbox.StartAsync(job, new KeptOutput(), TestContext.Current.CancellationToken);
        var pid = SandboxFixture.CgroupsOf(internet.Home).Select(folder => Path.Combine(folder, job.Attempt, "cgroup.procs"))
            .Where(File.Exists).SelectMany(File.ReadAllLines).Select(int.Parse).Max();

        using var listener = NamespaceListener.Open(pid, 4000, asRoot: false);

        ((IPEndPoint)listener.LocalEndPoint!).ShouldBe(new IPEndPoint(IPAddress.Loopback, 4000));
        File.ReadAllText($"/proc/{pid}/net/tcp").ShouldContain("0100007F:0FA0 00000000:0000 0A");
        File.ReadAllText("/proc/self/net/tcp").ShouldNotContain("0100007F:0FA0 00000000:0000 0A");
    }

    private Task<TaskResult> FetchAsync(EgressPolicy policy, params string[] urls) =>
        internet.RunAsync(["/usr/bin/python3", "-c", Fetch, .. urls], job => job with { Egress = policy });

    /// <summary>Some names, some addresses, and one server that answers for all of them with what it was asked.</summary>
    [UnsupportedOSPlatform("windows")]
    public sealed class Internet : SandboxFixture
    {
        private readonly TcpListener _server = new(IPAddress.Loopback, 0);
        private BubblewrapSandbox? _sandbox;
        private Task? _serving;

        internal override ITaskSandbox Sandbox => _sandbox ??= new BubblewrapSandbox(
            new TaskSandboxOptions { Home = Home, OpenEgress = true, EgressConnections = 8 }, TimeProvider.System, NullLogger<BubblewrapSandbox>.Instance)
        {
            Route = new EgressRoute(ResolveAsync, ConnectAsync),
        };

        public ConcurrentBag<IPEndPoint> Connected { get; } = [];

        public int Lookups { get; set; }

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            _server.Start();
            _serving = ServeAsync();
        }

        public override async ValueTask DisposeAsync()
        {
            _server.Dispose();
            await _serving!;
            await base.DisposeAsync();
        }

        private Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancel) => Task.FromResult<IPAddress[]>(name switch
        {
            "private.test" => [IPAddress.Parse("10.0.0.1"), IPAddress.Parse("fd00::1")],
            "metadata.test" => [IPAddress.Parse("169.254.169.254")],
            "mapped.test" => [IPAddress.Parse("::ffff:93.184.216.34"), IPAddress.Parse("::ffff:127.0.0.1")],
            "here.test" => [IPAddress.Loopback],
            "silent.test" => [IPAddress.Parse("93.184.216.99")],
            "rebinding.test" => [++Lookups == 1 ? IPAddress.Parse("93.184.216.34") : IPAddress.Loopback],
            "nowhere.test" => throw new SocketException((int)SocketError.HostNotFound),
            _ => [IPAddress.Parse("93.184.216.34")],
        });

        private async Task<Socket> ConnectAsync(IPEndPoint address, CancellationToken cancel)
        {
            Connected.Add(address);
            if (address.Address.ToString() == "93.184.216.99")
            {
                throw new SocketException((int)SocketError.ConnectionRefused);
            }

            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(_server.LocalEndpoint, cancel);
            return socket;
        }

        private async Task ServeAsync()
        {
            var open = new List<Task>();
            try
            {
                while (true)
                {
                    open.Add(AnswerAsync(await _server.AcceptTcpClientAsync()));
                }
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
            {
                await Task.WhenAll(open.Select(UnlessResetAsync));
            }
        }

        /// <summary>A task that is ended in the middle of an answer resets its connection.</summary>
        private static async Task UnlessResetAsync(Task answering)
        {
            try
            {
                await answering;
            }
            catch (IOException reset) when (reset.InnerException is SocketException)
            {
                return;
            }
        }

        private static async Task AnswerAsync(TcpClient client)
        {
            using (client)
            {
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.Latin1);
                var lines = new List<string>();
                while (await reader.ReadLineAsync() is { Length: > 0 } line)
                {
                    lines.Add(line);
                }

                if (lines.Count == 0)
                {
                    return;
                }

                var kept = lines.Where(line => line.StartsWith("GET", StringComparison.Ordinal) || line.StartsWith("Host", StringComparison.Ordinal)
                    || line.StartsWith("Connection", StringComparison.Ordinal));
                var body = string.Join(" | ", kept);
                var redirect = lines[0].Contains("/redirect?", StringComparison.Ordinal) ? $"Location: {lines[0].Split(' ')[1].Split('?')[1]}\r\n" : "";
                await stream.WriteAsync(Encoding.Latin1.GetBytes(
                    $"HTTP/1.1 {(redirect.Length > 0 ? "302 Found" : "200 OK")}\r\n{redirect}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
            }
        }
    }
}
