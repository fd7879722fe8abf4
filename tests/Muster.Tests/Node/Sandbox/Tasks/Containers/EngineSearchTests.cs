using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Node.Sandbox.Tasks;
using Muster.Node.Sandbox.Tasks.Containers;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks.Containers;

[UnsupportedOSPlatform("windows")]
public sealed class EngineSearchTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_home.Path, "engine.sock");

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Check_WithoutAnEngine_SaysWhatToDoAndNothingElseRunsIt()
    {
        var sandbox = New(Path);

        var status = await sandbox.CheckAsync(Cancel);

        status.Works.ShouldBeFalse();
        status.Sentence.ShouldContain($"there is no {Path}");
        status.Sentence.ShouldContain("compute.engine.socket");
        (await sandbox.CheckEgressAsync(Cancel)).ShouldBe(status);
        (await Should.ThrowAsync<SandboxUnavailableException>(() => sandbox.StartAsync(Job(), new KeptOutput(), Cancel))).Message.ShouldBe(status.Sentence);
        (await sandbox.ReapAsync(Cancel)).ShouldBe(0);
        File.Exists(System.IO.Path.Combine(_home.Path, "work", "ran")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("tcp://10.0.0.1:2375", "is no socket of this machine")]
    [InlineData("unix:///nowhere/engine.sock", "there is no /nowhere/engine.sock")]
    public async Task Check_AddressThatIsNoSocketHere_IsNotAsked(string address, string reason) =>
        (await New(address).CheckAsync(Cancel)).Sentence.ShouldContain(reason);

    [Theory]
    [InlineData("{\"Version\":\"18.09\",\"ApiVersion\":\"1.39\"}", "{}", "speaks version 1.39")]
    [InlineData("{\"Version\":\"99\",\"ApiVersion\":\"1.90\",\"MinAPIVersion\":\"1.44\"}", "{\"MemoryLimit\":true,\"CpuCfsQuota\":false,\"PidsLimit\":false,\"SecurityOptions\":[\"name=seccomp\"]}", "cannot limit processors, processes")]
    [InlineData("{\"Version\":\"99\",\"ApiVersion\":\"1.41\"}", "{\"MemoryLimit\":true,\"CpuCfsQuota\":true,\"PidsLimit\":true}", "filters no system calls")]
    [InlineData("{\"Version\":\"99\",\"ApiVersion\":\"1.41\"}", "{\"MemoryLimit\":true,\"CpuCfsQuota\":true,\"PidsLimit\":true,\"SecurityOptions\":[\"name=seccomp\",\"name=rootless\"]}", "users of its own")]
    [InlineData("nonsense", "{}", "something else than was asked for")]
    public async Task Check_EngineThatCannotHoldATask_SaysWhy(string version, string info, string reason)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path));
        listener.Listen();
        var asked = new List<string>();
        var serving = ServeAsync(listener, asked, version, info);

        var status = await New(Path).CheckAsync(Cancel);

        status.Works.ShouldBeFalse();
        status.Sentence.ShouldContain(reason);
        asked.ShouldNotContain(request => request.StartsWith("POST", StringComparison.Ordinal));
        if (version.Contains("1.44", StringComparison.Ordinal))
        {
            asked.ShouldContain(request => request.StartsWith("GET /v1.44/info", StringComparison.Ordinal));
        }

        listener.Close();
        await serving;
    }

    private ContainerSandbox New(string socket) => new(
        new TaskSandboxOptions { Home = _home.Path, EngineSocket = socket }, TimeProvider.System, NullLogger<ContainerSandbox>.Instance);

    private SandboxJob Job() => new()
    {
        Attempt = "tsk_1.1", Command = ["touch", "ran"], WorkFolder = Directory.CreateDirectory(System.IO.Path.Combine(_home.Path, "work")).FullName,
        Container = new ContainerRequest("image", PullPolicy.Missing, []),
        Limits = new SandboxLimits { Cpus = 1, MemoryBytes = 64 << 20, DiskBytes = 64 << 20, Timeout = TimeSpan.FromSeconds(30) },
    };

    private static async Task ServeAsync(Socket listener, List<string> asked, string version, string info)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptAsync();
                var buffer = new byte[4096];
                var request = Encoding.ASCII.GetString(buffer, 0, await client.ReceiveAsync(buffer));
                asked.Add(request);
                var body = request.Contains("/version", StringComparison.Ordinal) ? version : request.Contains("/info", StringComparison.Ordinal) ? info : "OK";
                await client.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
