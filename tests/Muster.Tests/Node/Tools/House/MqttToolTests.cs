using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Muster.Node.Policy;
using Muster.Node.Sandbox;
using Muster.Node.Tools.House;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Tools.House;

/// <summary>Against a real Mosquitto that wants a password.</summary>
public sealed class MqttToolTests : IAsyncLifetime
{
    private const string Password = "pass word of the house";
    private readonly TemporaryFolder _folder = new();
    private Process? _broker;
    private int _port;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var program = "/usr/sbin/mosquitto";
        Assert.SkipUnless(File.Exists(program) && File.Exists("/usr/bin/mosquitto_passwd"), "mosquitto and mosquitto-clients are not installed.");
        var passwords = Path.Combine(_folder.Path, "passwords");
        using (var made = Process.Start("/usr/bin/mosquitto_passwd", ["-b", "-c", passwords, "muster", Password]))
        {
            await made.WaitForExitAsync(Cancel);
        }

        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            _port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        var configuration = Path.Combine(_folder.Path, "mosquitto.conf");
        await File.WriteAllTextAsync(configuration, $"listener {_port} 127.0.0.1\nallow_anonymous false\npassword_file {passwords}\nuser root\n", Cancel);
        _broker = Process.Start(new ProcessStartInfo(program, ["-c", configuration]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true });
        await Eventually.TrueAsync(IsUpAsync, Cancel);
    }

    [Fact]
    public async Task Message_PublishedAndRetained_IsRead()
    {
        using var bench = With(Password);

        (await bench.TextAsync("mqtt", new { action = "publish", topic = "home/lamp", payload = "on\n\"Küche\" 灯", retain = true, qos = 1 })).ShouldBe("Published to home/lamp.");
        (await bench.TextAsync("mqtt", new { action = "publish", topic = "home/fan", payload = "7", retain = true })).ShouldBe("Published to home/fan.");

        (await bench.TextAsync("mqtt", new { action = "read", topic = "home/lamp" })).ShouldBe("home/lamp: on\n\"Küche\" 灯");
        (await bench.TextAsync("mqtt", new { action = "read", topic = "home/+", count = 2 })).Split('\n').ShouldContain("home/fan: 7");
        (await bench.TextAsync("mqtt", new { action = "publish", topic = "home/fan", retain = true })).ShouldBe("Published to home/fan.");
        (await bench.TextAsync("mqtt", new { action = "read", topic = "home/fan", seconds = 1 })).ShouldBe("No message came on home/fan within 1 s.");
    }

    [Fact]
    public async Task Message_ThatComesWhileItIsAwaited_IsRead()
    {
        using var bench = With(Password);

        var reading = bench.TextAsync("mqtt", new { action = "read", topic = "door/bell", seconds = 30 });
        await Eventually.TrueAsync(
            async () =>
            {
                await bench.TextAsync("mqtt", new { action = "publish", topic = "door/bell", payload = "ring" });
                return reading.IsCompleted;
            },
            Cancel);

        (await reading).ShouldBe("door/bell: ring");
    }

    [Fact]
    public async Task Broker_ThatRefuses_IsASentenceWithoutThePassword()
    {
        using var bench = With("wrong-password");

        var error = await bench.ErrorAsync("mqtt", new { action = "publish", topic = "a", payload = "b" });

        error.ShouldStartWith($"`mosquitto_pub` failed at 127.0.0.1:{_port}: ");
        error.ShouldNotContain("wrong-password");
        (await bench.ErrorAsync("mqtt", new { action = "publish", topic = "a/#", payload = "b" })).ShouldBe("A message is published to one topic: + and # are for reading.");
    }

    [Fact]
    public async Task Password_IsInNoCommandLine()
    {
        var shown = Path.Combine(_folder.Path, "shown");
        var program = Path.Combine(_folder.Path, "mosquitto_pub");
        await File.WriteAllTextAsync(program, $"#!/bin/sh\ntr '\\0' ' ' < /proc/$$/cmdline > {shown}\ncat $XDG_CONFIG_HOME/mosquitto_pub > {shown}.file\ncat > {shown}.in\n", Cancel);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var bench = new ToolBench(tools => tools with { Mqtt = new MqttOptions("127.0.0.1", _port, "muster", Password), ProgramPath = _folder.Path + ":/usr/bin:/bin" });

        await bench.TextAsync("mqtt", new { action = "publish", topic = "a", payload = "secret payload" });

        (await File.ReadAllTextAsync(shown, Cancel)).ShouldNotContain("pass");
        (await File.ReadAllTextAsync(shown + ".file", Cancel)).ShouldBe($"-u muster\n-P {Password}\n");
        (await File.ReadAllTextAsync(shown + ".in", Cancel)).ShouldBe("secret payload");
    }

    [Theory]
    [InlineData("read", PolicyAction.Allow)]
    [InlineData("publish", PolicyAction.Ask)]
    public void Policy_Publishing_AsksUnlessARuleAllowsTheTopic(string action, PolicyAction usual)
    {
        using var document = JsonDocument.Parse($$"""{"action":"{{action}}","topic":"home/lamp/set"}""");
        var owner = new ToolPolicy("/work", [PolicyRule.Parse("mqtt", "publish home/lamp/*", "allow")]);

        new ToolPolicy("/work", []).Decide("mqtt", document.RootElement, ShellIsolation.Process).Action.ShouldBe(usual);
        owner.Decide("mqtt", document.RootElement, ShellIsolation.Process).Action.ShouldBe(PolicyAction.Allow);
        GuestTools.Allow("mqtt", document.RootElement).ShouldBeFalse();
    }

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null)
        {
            _broker.Kill();
            await _broker.WaitForExitAsync(CancellationToken.None);
            _broker.Dispose();
        }

        _folder.Dispose();
    }

    private ToolBench With(string password) => new(tools => tools with { Mqtt = new MqttOptions("127.0.0.1", _port, "muster", password) });

    private async Task<bool> IsUpAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, _port, Cancel);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
