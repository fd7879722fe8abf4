using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Node.Sandbox.Tasks;
using Muster.Node.Sandbox.Tasks.Cgroups;
using Muster.Node.Sandbox.Tasks.Containers;
using Muster.Testing.Engines;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks.Containers;

/// <summary>A real engine, and an image with the machine's own programs, so that the same attacks run in it.</summary>
[UnsupportedOSPlatform("windows")]
public abstract class ContainerFixture(string kind) : SandboxFixture
{
    private const int Between = 8;
    private ContainerSandbox? _sandbox;
    private ContainerEngine? _engine;
    private int _proofs;

    internal ContainerEngine Engine => _engine!;

    internal override ITaskSandbox Sandbox => _sandbox ??= New(Home);

    internal override IReadOnlyList<string> FurtherVariables => kind == "podman" ? ["HOSTNAME=task", "TERM=xterm", "container=podman"] : [];

    // Podman of Debian 12 takes no namespace for version 1 of control groups.
    internal override string OwnGroup => kind == "podman" ? $"^/({Node}-box-tsk_[0-9]+\\.1/libpod-[0-9a-f]{{64}})?\n$" : base.OwnGroup;

    internal string Node => CgroupSearch.Name(Home);

    internal ContainerSandbox New(string home, string? socket = null) => new(
        new TaskSandboxOptions { Home = home, ReadOnly = ["/usr", "/etc/alternatives"], EngineSocket = socket ?? Engine.Socket }, TimeProvider.System, NullLogger<ContainerSandbox>.Instance);

    public override async Task RequireAsync()
    {
        if (ContainerEngine.Missing(kind) is { } missing)
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", missing);
            Assert.Fail(missing);
        }

        _engine ??= await ContainerEngine.SharedAsync(kind);
        var status = await Sandbox.CheckAsync(TestContext.Current.CancellationToken);
        status.Works.ShouldBeTrue(status.Sentence);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_sandbox is not null)
        {
            (await _sandbox.ReapAsync(CancellationToken.None)).ShouldBe(0);
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal override SandboxJob Fit(SandboxJob job) => job with { Container = new ContainerRequest(ContainerEngine.Empty, PullPolicy.Never, []) };

    internal override async Task ProveCleanAsync()
    {
        // A start costs the engine more than all that it looks for.
        if (Interlocked.Increment(ref _proofs) % Between == 1)
        {
            (await ShellAsync("echo fine")).Stdout.ShouldBe("fine\n");
        }

        await ProveNothingIsLeftAsync();
    }

    internal async Task ProveNothingIsLeftAsync()
    {
        (await Engine.SendAsync(HttpMethod.Get, $"/containers/json?all=1&filters={Uri.EscapeDataString($$"""{"label":["muster.node={{Node}}"]}""")}")).Trim().ShouldBe("[]");
        Groups().ShouldBeEmpty();
        Directory.EnumerateDirectories(Path.Combine(Home, "sandbox")).Select(Path.GetFileName).ShouldBe(["containers"]);
    }

    /// <summary>Control groups that were made around containers.</summary>
    internal IEnumerable<string> Groups() =>
        CgroupMounts.OfThisProcess().Tops().SelectMany(top => Directory.EnumerateDirectories(top.Folder, $"{Node}-*"));
}

[UnsupportedOSPlatform("windows")]
public sealed class DockerFixture() : ContainerFixture("docker");

[UnsupportedOSPlatform("windows")]
public sealed class PodmanFixture() : ContainerFixture("podman");
