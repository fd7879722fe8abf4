using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json;
using Muster.Node.Sandbox;
using Muster.Node.Sandbox.Tasks;
using Muster.Testing;
using Muster.Testing.Engines;
using Muster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks.Containers;

/// <summary>Counts what the process, the machine and the engine hold, so it runs beside nothing else.</summary>
[UnsupportedOSPlatform("windows")]
public abstract class ContainerLeftoverTests(ContainerFixture fixture)
{
    private const string HomeVariable = "MUSTER_TEST_SANDBOX_HOME";
    private const string SocketVariable = "MUSTER_TEST_ENGINE_SOCKET";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task Runs_Fifty_LeaveTheMachineAndTheEngineAsTheyWere() => LeaveNothingAsync(50);

    /// <summary>For a whole evening: <c>-explicit on</c>.</summary>
    [Fact(Explicit = true)]
    public Task Runs_AThousand_LeaveTheMachineAndTheEngineAsTheyWere() => LeaveNothingAsync(1000);

    [Fact]
    public async Task Node_KilledWhileATaskRuns_IsReapedAtTheNextStart()
    {
        await fixture.RequireAsync();
        using var home = new TemporaryFolder();
        using var child = StartChild(home.Path);
        while (!((await child.StandardOutput.ReadLineAsync(Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Cancel))
            ?? throw new InvalidOperationException("The node ended before its task ran.")).Contains("the task runs", StringComparison.Ordinal))
        {
            // What the test runner has to say before.
        }

        child.Kill();
        await child.WaitForExitAsync(Cancel);
        var sandbox = fixture.New(home.Path);

        (await sandbox.ReapAsync(Cancel)).ShouldBe(1);

        (await sandbox.ReapAsync(Cancel)).ShouldBe(0);
        (await HeldByEngine.NowAsync(fixture.Engine)).Containers.ShouldBe(0);
    }

    [Fact]
    public async Task Reap_AttemptThatRuns_IsLeftAlone()
    {
        await fixture.RequireAsync();
        var output = new KeptOutput();
        await using var run = await fixture.Sandbox.StartAsync(fixture.Job(["sh", "-c", "echo started; sleep 1; echo done"]), output, Cancel);
        await output.First;

        (await fixture.Sandbox.ReapAsync(Cancel)).ShouldBe(0);

        (await run.Outcome).ExitCode.ShouldBe(0);
        output.Stdout.ShouldBe("started\ndone\n");
    }

    /// <summary>Not a test: the node that is killed.</summary>
    [Fact(Explicit = true)]
    public async Task Child_RunsATask()
    {
        var home = Environment.GetEnvironmentVariable(HomeVariable)!;
        var work = Directory.CreateDirectory(Path.Combine(home, "work")).FullName;
        var output = new KeptOutput();
        var sandbox = fixture.New(home, Environment.GetEnvironmentVariable(SocketVariable));
        await using var run = await sandbox.StartAsync(fixture.Job(["sh", "-c", "trap '' TERM HUP; setsid sleep 1000 & echo started; sleep 1000"],
            job => job with { WorkFolder = work, Limits = job.Limits with { Timeout = TimeSpan.FromHours(1) } }), output, Cancel);
        await output.First;
        Console.WriteLine("the task runs");
        await run.Outcome;
    }

    private async Task LeaveNothingAsync(int count)
    {
        await fixture.RequireAsync();
        await RunAsync(6);
        var engine = await HeldByEngine.NowAsync(fixture.Engine);
        var before = Held();

        await RunAsync(count);

        // Idle connections to the engine are let go after ten seconds, and namespaces when the kernel comes to it.
        var now = before;
        await Eventually.TrueAsync(() => (now = Held()).Zip(before).All(pair => pair.First <= pair.Second), Cancel, () => $"held before: {string.Join(' ', before)}; now: {string.Join(' ', now)}. Threads: {OpenThreads.Describe()}.");
        (await HeldByEngine.NowAsync(fixture.Engine)).ShouldBe(engine);
        await fixture.ProveNothingIsLeftAsync();
    }

    private async Task RunAsync(int count)
    {
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i <= count; i = Interlocked.Increment(ref next))
            {
                // Each tenth has a network, which a second container holds.
                var result = await StartedAsync(job => i % 10 == 0 ? job with { Egress = EgressPolicy.AllowList("example.org") } : job);
                result.ExitCode.ShouldBe(0, result.ToString());
            }
        }, Cancel)));
    }

    /// <summary>runc now and then meets a file of its overlay that is just being replaced, and gives the start up: one that failed leaves nothing either.</summary>
    private async Task<TaskResult> StartedAsync(Func<SandboxJob, SandboxJob> change)
    {
        try
        {
            return await fixture.RunAsync(["true"], change);
        }
        catch (SandboxUnavailableException engine) when (engine.Message.Contains("possibly malicious path detected", StringComparison.Ordinal))
        {
            return await fixture.RunAsync(["true"], change);
        }
    }

    private int[] Held() =>
    [
        OpenHandles.Count(),
        OpenThreads.Count(),
        File.ReadAllLines("/proc/self/mountinfo").Length,
        ProcessFiles.All().Select(pid => new FileInfo($"/proc/{pid}/ns/net").LinkTarget).Where(link => link is not null).Distinct().Count(),
        Directory.EnumerateFileSystemEntries(fixture.Home, "*", SearchOption.AllDirectories).Count(),
        fixture.Groups().Count(),
    ];

    private Process StartChild(string home)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ContainerLeftoverTests).Assembly.Location);
        }

        foreach (var argument in new[] { "-method", $"{GetType().FullName}.{nameof(Child_RunsATask)}", "-explicit", "only", "-showLiveOutput" })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[HomeVariable] = home;
        start.Environment[SocketVariable] = fixture.Engine.Socket;
        return Process.Start(start)!;
    }

    private sealed record HeldByEngine(int Containers, int Images, int Volumes, int Networks)
    {
        public static async Task<HeldByEngine> NowAsync(ContainerEngine engine) => new(
            await CountAsync(engine, "/containers/json?all=1", root => root),
            await CountAsync(engine, "/images/json?all=1", root => root),
            await CountAsync(engine, "/volumes", root => root.GetProperty(nameof(Volumes))),
            await CountAsync(engine, "/networks", root => root));

        private static async Task<int> CountAsync(ContainerEngine engine, string path, Func<JsonElement, JsonElement> list)
        {
            using var answer = JsonDocument.Parse(await engine.SendAsync(HttpMethod.Get, path));
            var found = list(answer.RootElement);
            return found.ValueKind == JsonValueKind.Array ? found.GetArrayLength() : 0;
        }
    }
}

[UnsupportedOSPlatform("windows")]
[Collection(nameof(LeftoverTests))]
public sealed class DockerLeftoverTests(DockerFixture fixture) : ContainerLeftoverTests(fixture), IClassFixture<DockerFixture>;

[UnsupportedOSPlatform("windows")]
[Collection(nameof(LeftoverTests))]
public sealed class PodmanLeftoverTests(PodmanFixture fixture) : ContainerLeftoverTests(fixture), IClassFixture<PodmanFixture>;
