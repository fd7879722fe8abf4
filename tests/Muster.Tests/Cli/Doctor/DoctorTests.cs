using System.Net;
using System.Net.Sockets;
using Muster.Cli;
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

        _cockpit.Out.ToString().ShouldContain("chmod -R go=");
    }

    [Fact]
    public async Task Doctor_ModelThatIsNotConfigured_IsAProblemOfTheConfiguration()
    {
        _cockpit.Write("muster.yaml", "model: nope\n");

        (await _cockpit.RunAsync("doctor", "--urls", "http://127.0.0.1:0")).ShouldBe(ExitCode.Failed);

        _cockpit.Out.ToString().ShouldContain("configuration: muster.yaml:1: model is \"nope\", but there is no models.nope.");
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
    public async Task Doctor_NoTasksWanted_SaysSo()
    {
        _cockpit.Write("muster.yaml", "compute: { enabled: false }\n");

        await _cockpit.RunAsync("doctor", "--urls", "http://127.0.0.1:0");

        _cockpit.Out.ToString().ShouldContain("tasks: compute.enabled is false");
    }

    public void Dispose() => _cockpit.Dispose();
}
