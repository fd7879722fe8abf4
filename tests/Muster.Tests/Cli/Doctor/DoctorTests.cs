using System.Net;
using System.Net.Sockets;
using Muster.Cli;
using Muster.Cli.State;
using Muster.Client;
using Muster.Testing;
using Muster.Testing.Hub;
using Muster.Tests.Node.Assistant;
using Muster.Tests.Node.Coding;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Doctor;

public sealed class DoctorTests : IDisposable
{
    private readonly Cockpit _cockpit = new();

    [Fact]
    public async Task Doctor_PortTaken_NamesTheProcess()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        (await _cockpit.RunAsync("doctor", "--urls", $"http://127.0.0.1:{port}")).ShouldBe(ExitCode.Failed);

        _cockpit.Out.ToString().ShouldContain($"port: {port} is taken by ");
        _cockpit.Out.ToString().ShouldContain($"(process {Environment.ProcessId})");
    }

    [Fact]
    public async Task Doctor_ReadableSecrets_IsAProblemWithItsRemedy()
    {
        _cockpit.Write(".env", "MUSTER_MODEL=x\n");
        File.SetUnixFileMode(Path.Combine(_cockpit.Home, ".env"), UnixFileMode.UserRead | UnixFileMode.OtherRead);

        (await _cockpit.RunAsync("doctor", "--urls", "http://127.0.0.1:0", "--json")).ShouldBe(ExitCode.Failed);

        _cockpit.Out.ToString().ShouldMatch(@"chmod go= .*\.env");
    }

    [Fact]
    public async Task Doctor_ModelThatIsNotConfigured_IsAProblemOfTheConfiguration()
    {
        _cockpit.Write("muster.yaml", "model: nope\n");

        (await _cockpit.RunAsync("doctor", "--urls", "http://127.0.0.1:0")).ShouldBe(ExitCode.Failed);

        _cockpit.Out.ToString().ShouldContain("configuration: muster.yaml:1: model is \"nope\", but there is no models.nope.");
    }

    [Theory]
    [InlineData("{}", "web: agents fetch pages; to search and ask, set tools.web.metaso_api_key (METASO_API_KEY)")]
    [InlineData("{ metaso_api_key: mk-secret }", "web: agents fetch, search and ask by metaso.cn")]
    [InlineData("{ enabled: false }", "web: tools.web.enabled is false")]
    public async Task Doctor_Web_SaysWhatAgentsCanDoThere(string web, string told)
    {
        _cockpit.Write("muster.yaml", $"tools: {{ web: {web} }}\n");

        await _cockpit.RunAsync("doctor", "--urls", "http://127.0.0.1:0");

        _cockpit.Out.ToString().ShouldContain(told);
        _cockpit.Out.ToString().ShouldNotContain("mk-secret");
    }

    [Fact]
    public async Task Doctor_SandboxesOfTasks_AreToldOneByOne()
    {
        _cockpit.Write("muster.yaml", "compute: { engine: { socket: /nowhere/engine.sock } }\n");

        await _cockpit.RunAsync("doctor", "--urls", "http://127.0.0.1:0");

        _cockpit.Out.ToString().ShouldContain("tasks: process ");
        _cockpit.Out.ToString().ShouldContain("tasks: container is not offered: ");
        _cockpit.Out.ToString().ShouldContain("/nowhere/engine.sock");
        _cockpit.Out.ToString().ShouldNotContain("none is offered");
    }

    [Fact]
    public async Task Doctor_TasksWithoutASandbox_AreAWarning()
    {
        _cockpit.Write("muster.yaml", "compute: { no_sandbox: true }\n");

        await _cockpit.RunAsync("doctor", "--urls", "http://127.0.0.1:0");

        _cockpit.Out.ToString().ShouldContain("tasks: none is offered (compute.no_sandbox)");
        _cockpit.Out.ToString().ShouldContain("muster config set compute.no_sandbox false");
    }

    [Fact]
    public async Task Doctor_ProgramThatServesFunctions_IsNoMachineWithoutAModel()
    {
        using var folder = new TemporaryFolder();
        await using var hub = await HubApplication.StartAsync(folder.Path);
        await using var nas = await hub.JoinAsync("nas", TestContext.Current.CancellationToken);
        using var client = new MusterClient(new Uri(hub.Hub.Urls[0]), hub.Hub.Local.Token);
        await using var worker = client.CreateWorker();
        worker.Handle("echo", (payload, _) => ValueTask.FromResult(payload));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var connected = new TaskCompletionSource();
        worker.StateChanged += state => _ = state.Connected && connected.TrySetResult();
        var serving = worker.RunAsync(stop.Token);
        await connected.Task.WaitAsync(stop.Token);
        var home = new Home(_cockpit.Home);
        home.Create();
        using var taken = HomeLock.TryTake(home);
        new HubFile(hub.Hub.Urls[0], Environment.ProcessId, false, TimeProvider.System.GetUtcNow(), "0.1.0").Write(home);
        new StoredCredential(hub.Hub.Urls[0], hub.Hub.Local.Token).Write(home.Credentials);

        await _cockpit.RunAsync("doctor", "--urls", "http://127.0.0.1:0");

        _cockpit.Out.ToString().ShouldContain("model: nas ");
        _cockpit.Out.ToString().ShouldNotContain("worker-");
        await stop.CancelAsync();
        await serving;
    }

    [Fact]
    public async Task Doctor_CodingAgents_WithoutANodeThatRuns_AreThoseOfThisTerminal()
    {
        _cockpit.Write("muster.yaml", "coding: { agents: { claude: { command: /bin/sh } } }\n");

        await _cockpit.RunAsync("doctor", "--urls", "http://127.0.0.1:0");

        _cockpit.Out.ToString().ShouldContain("coding agents: claude (/bin/sh)");
        _cockpit.Out.ToString().ShouldContain("new sessions use claude; by the PATH of this terminal, as nobody here can ask whether a node of this home runs");
    }

    [Fact]
    public async Task Doctor_CodingAgentThatTheRunningNodeLacks_IsAWarning()
    {
        using var folder = new TemporaryFolder();
        await using var hub = await HubApplication.StartAsync(folder.Path);
        await using var nas = await hub.JoinAsync("nas", TestContext.Current.CancellationToken);
        _cockpit.Write("muster.yaml", "coding: { agents: { claude: { command: /bin/sh } } }\n");
        _cockpit.SignIn(hub);
        nas.Identity.Save(_cockpit.Home);

        await _cockpit.RunAsync("doctor", "--urls", "http://127.0.0.1:0");

        _cockpit.Out.ToString().ShouldContain("warning  coding agents: nas runs without one, though the PATH of this terminal leads to claude (/bin/sh)");
        _cockpit.Out.ToString().ShouldContain("→ Start it again from here, or first: muster config set coding.agents.claude.command /bin/sh");
    }

    [Fact]
    public async Task Doctor_CodingAgentOfTheRunningNode_IsThereWhateverThisTerminalHas()
    {
        await using var bench = await NodeBench.StartAsync(TestContext.Current.CancellationToken, CodingBench.Options());
        _cockpit.SignIn(bench.Hub);
        bench.Identity.Save(_cockpit.Home);

        await _cockpit.RunAsync("doctor", "--urls", "http://127.0.0.1:0");

        _cockpit.Out.ToString().ShouldContain("ok       coding agents: nas, which runs, has one for new sessions; the PATH of this terminal leads to ");
    }

    [Fact]
    public async Task Doctor_NoTasksWanted_SaysSo()
    {
        _cockpit.Write("muster.yaml", "compute: { enabled: false }\n");

        await _cockpit.RunAsync("doctor", "--urls", "http://127.0.0.1:0");

        _cockpit.Out.ToString().ShouldContain("tasks: compute.enabled is false");
    }

    public void Dispose() => _cockpit.Dispose();
}
