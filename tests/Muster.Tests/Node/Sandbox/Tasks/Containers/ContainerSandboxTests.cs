using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Node.Sandbox.Tasks;
using Muster.Node.Sandbox.Tasks.Cgroups;
using Muster.Node.Sandbox.Tasks.Containers;
using Muster.Node.Sandbox.Tasks.Egress;
using Muster.Testing;
using Muster.Testing.Engines;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks.Containers;

/// <summary>What containers have and processes have not: images and an engine.</summary>
[UnsupportedOSPlatform("windows")]
public abstract class ContainerSandboxTests(ContainerFixture fixture) : IAsyncLifetime
{
    private const string NoDigest = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await fixture.RequireAsync();

    public async ValueTask DisposeAsync()
    {
        await fixture.ProveNothingIsLeftAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("nowhere:1", PullPolicy.Never, "is not on this machine, and `pull: never`")]
    [InlineData("localhost:1/box@" + NoDigest, PullPolicy.Never, "is not on this machine")]
    [InlineData("localhost:1/box@" + NoDigest, PullPolicy.Missing, "could not be fetched")]
    [InlineData("localhost:1/box:latest", PullPolicy.Always, "could not be fetched")]
    [InlineData("UPPER CASE", PullPolicy.Missing, "UPPER CASE")]
    public async Task Start_ImageThatIsNotToBeHad_IsRefusedAndNoOtherIsRun(string image, PullPolicy pull, string sentence)
    {
        await fixture.Engine.ImportAsync("localhost:1/box:latest", ContainerEngine.BusyboxFiles);

        (await RefusedAsync(job => job with { Container = new ContainerRequest(image, pull, []) })).ShouldContain(sentence);
    }

    [Fact]
    public async Task Image_WithItsOwnCommandAndVariables_RunsThem()
    {
        await fixture.Engine.ImportAsync("muster-own:latest", ContainerEngine.BusyboxFiles, "ENTRYPOINT [\"/bin/sh\", \"-c\"]", "CMD [\"echo $OWN $GIVEN $HOME\"]", "ENV OWN=own", "ENV GIVEN=image", "ENV HOME=/root");

        var own = await fixture.RunAsync([], job => Of("muster-own", job) with { Environment = new Dictionary<string, string> { ["GIVEN"] = "task" } });
        var other = await fixture.RunAsync(["/bin/echo", "other"], job => Of("muster-own", job));

        own.Stdout.ShouldBe("own task /work\n", own.ToString());
        other.Stdout.ShouldBe("other\n", other.ToString());
    }

    [Fact]
    public async Task Image_WithVolumes_WritesThemToMemoryAndLeavesNone()
    {
        await fixture.Engine.ImportAsync("muster-volume:latest", ContainerEngine.BusyboxFiles, "VOLUME /data");

        var result = await fixture.RunAsync(["/bin/sh", "-c", "echo x > /data/x && cat /data/x; df -P /data | head -n 2"], job => Of("muster-volume", job));

        result.Stdout.ShouldMatch("^x\n.*\ntmpfs", result.ToString());
        (await fixture.Engine.SendAsync(HttpMethod.Get, "/volumes")).ShouldMatch("\"Volumes\":(null|\\[\\])");
    }

    [Fact]
    public async Task Start_WithoutImageOrCommand_IsRefused()
    {
        (await RefusedAsync(job => job with { Container = null })).ShouldContain("needs an image");
        (await RefusedAsync(job => job with { Command = [] })).ShouldContain("has no command of its own");
        (await RefusedAsync(job => job with { WorkFolder = job.WorkFolder + "-not" })).ShouldContain("is not there");
    }

    [Fact]
    public async Task Start_WithAGpuThatIsNotThere_IsRefusedInTheEnginesWords() =>
        (await RefusedAsync(job => job with { Container = job.Container! with { Gpus = ["0"] } })).ShouldContain(fixture.Engine.Kind);

    [Theory]
    [InlineData("no-such-program", "No such file or directory")]
    [InlineData("/etc/passwd", "Permission denied")]
    public async Task Start_ProgramThatCannotBeExecuted_FailedToStart(string program, string reason)
    {
        var result = await fixture.RunAsync([program]);

        result.End.ShouldBe(SandboxEnd.FailedToStart, result.ToString());
        result.Outcome.Detail.ShouldNotBeNull().ShouldContain(reason);
    }

    [Fact]
    public async Task Usage_OfATask_IsMeasuredHoweverShortItWas()
    {
        var result = await fixture.ShellAsync("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; head -c 20000000 /dev/zero > x");

        result.ExitCode.ShouldBe(0, result.ToString());
        result.Outcome.Usage.CpuSeconds.ShouldBeInRange(0.02, 20);
        result.Outcome.Usage.PeakMemoryBytes.ShouldBeInRange(20_000_000, 256 << 20);
        result.Outcome.Usage.WallSeconds.ShouldBeInRange(0.02, 20);
    }

    [Fact]
    public async Task Group_WhereTheEngineChoosesIt_IsFoundAllTheSame()
    {
        var output = new KeptOutput();
        await using var run = await fixture.Sandbox.StartAsync(fixture.Job(["sh", "-c", "echo started; while :; do :; done"]), output, Cancel);
        await output.First;
        var id = JsonDocument.Parse(await ContainersAsync()).RootElement[0].GetProperty("Id").GetString()!;
        var pid = JsonDocument.Parse(await fixture.Engine.SendAsync(HttpMethod.Get, $"/containers/{id}/json")).RootElement.GetProperty("State").GetProperty("Pid").GetInt32();
        var group = new ContainerGroups(fixture.Home, CgroupMounts.OfThisProcess(), TimeProvider.System).Of("none", own: false);

        group.Find(pid, id);

        group.Parent.ShouldBeNull();
        group.Processes().ShouldContain(pid);
        group.CpuSeconds.ShouldBeGreaterThan(0);
        group.PeakMemory.ShouldBeGreaterThan(0);
        new ContainerGroups(fixture.Home, CgroupMounts.OfThisProcess(), TimeProvider.System).Of("none", own: false).Processes().ShouldBeEmpty();
    }

    [Fact]
    public async Task Egress_AllowedHost_IsReachedAndNoOther()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var serving = ServeAsync(server);
        var sandbox = new ContainerSandbox(
            new TaskSandboxOptions { Home = fixture.Home, EngineSocket = fixture.Engine.Socket }, TimeProvider.System, NullLogger<ContainerSandbox>.Instance)
        {
            Route = new EgressRoute(
                (name, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(name == "allowed.test" ? "93.184.216.34" : "10.0.0.1")]),
                async (_, cancel) =>
                {
                    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    await socket.ConnectAsync(server.LocalEndpoint, cancel);
                    return socket;
                }),
        };
        (await sandbox.CheckEgressAsync(Cancel)).Works.ShouldBeTrue();
        var output = new KeptOutput();
        var job = fixture.Job(
            ["/bin/sh", "-c", "wget -qO- http://allowed.test/; wget -qO- http://other.test/ 2>&1; ls /sys/class/net; cat /etc/resolv.conf"],
            job => Of(ContainerEngine.Busybox, job) with { Egress = EgressPolicy.AllowList("allowed.test") });

        await using var run = await sandbox.StartAsync(job, output, Cancel);
        var outcome = await run.Outcome;

        output.Stdout.ShouldMatch("^hello\nwget: .*403.*\nlo\n$", output.Stderr + outcome);
        outcome.Usage.BytesIn.ShouldBeGreaterThan(5);
        server.Stop();
        await serving;
    }

    [Fact]
    public async Task Engine_ThatIsKilledAndComesBack_LosesTheTaskAndIsTriedAgain()
    {
        await using var engine = await ContainerEngine.StartAsync(fixture.Engine.Kind);
        using var home = new TemporaryFolder();
        var sandbox = new ContainerSandbox(new TaskSandboxOptions { Home = home.Path, EngineSocket = engine.Socket }, TimeProvider.System, NullLogger<ContainerSandbox>.Instance);
        var output = new KeptOutput();
        var job = fixture.Job(["/bin/sh", "-c", "echo started; exec sleep 1000"], job => Of(ContainerEngine.Busybox, job));
        await using var run = await sandbox.StartAsync(job, output, Cancel);
        await output.First;

        await engine.KillAsync();

        var outcome = await run.Outcome.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Cancel);
        outcome.End.ShouldBe(SandboxEnd.Lost);
        outcome.Detail.ShouldNotBeNull().ShouldContain("went away while it ran");
        var gone = await sandbox.CheckAsync(Cancel);
        gone.Works.ShouldBeFalse();
        gone.Sentence.ShouldContain(engine.Socket);
        (await Should.ThrowAsync<SandboxUnavailableException>(() => sandbox.StartAsync(job, output, Cancel))).Message.ShouldBe(gone.Sentence);

        await engine.StartAgainAsync();

        var again = new ContainerSandbox(new TaskSandboxOptions { Home = home.Path, EngineSocket = engine.Socket }, TimeProvider.System, NullLogger<ContainerSandbox>.Instance);
        (await again.ReapAsync(Cancel)).ShouldBe(1);
        (await again.CheckAsync(Cancel)).Works.ShouldBeTrue();
        (await again.ReapAsync(Cancel)).ShouldBe(0);
    }

    private async Task<string> RefusedAsync(Func<SandboxJob, SandboxJob> change) =>
        (await Should.ThrowAsync<SandboxUnavailableException>(() => fixture.Sandbox.StartAsync(
            change(fixture.Job(["true"])) is var job && job.Command.Count == 0 ? fixture.Job([], change) : fixture.Job(["true"], change), new KeptOutput(), Cancel))).Message;

    private Task<string> ContainersAsync() =>
        fixture.Engine.SendAsync(HttpMethod.Get, $"/containers/json?filters={Uri.EscapeDataString($$"""{"label":["muster.node={{fixture.Node}}"]}""")}");

    private static SandboxJob Of(string image, SandboxJob job) => job with { Container = new ContainerRequest(image, PullPolicy.Missing, []) };

    private static async Task ServeAsync(TcpListener server)
    {
        try
        {
            while (true)
            {
                using var client = await server.AcceptTcpClientAsync();
                _ = await client.GetStream().ReadAsync(new byte[4096], CancellationToken.None);
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nhello\n"), CancellationToken.None);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}

[UnsupportedOSPlatform("windows")]
public sealed class DockerSandboxTests(DockerFixture fixture) : ContainerSandboxTests(fixture), IClassFixture<DockerFixture>;

[UnsupportedOSPlatform("windows")]
public sealed class PodmanSandboxTests(PodmanFixture fixture) : ContainerSandboxTests(fixture), IClassFixture<PodmanFixture>;
