using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Muster.Agents.Messages;
using Muster.Cli;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Pibot;

/// <summary>PiBot's seven tests as its users run them, and what is said about the door before it opens.</summary>
public sealed class WorkerDrillTests : IDisposable
{
    private static readonly string[] _tests = ["health", "status", "complexity analysis", "simple dispatch", "cancellation", "parallel execution", "error handling"];
    private readonly Cockpit _cockpit = new();

    [Fact]
    public async Task Doctor_ThreeWorkersOnOnePort_PassTheSevenTestsTwice()
    {
        var port = FreePort();
        await using var first = await WorkerAsync($"127.0.0.1:{port}");
        await using var second = await WorkerAsync($"127.0.0.2:{port}");
        await using var third = await WorkerAsync($"127.0.0.3:{port}");
        var suffix = port == 5000 ? "" : $":{port}";
        _cockpit.Variables["WORKER_1_IP"] = "127.0.0.1" + suffix;
        _cockpit.Variables["WORKER_2_IP"] = "127.0.0.2" + suffix;
        _cockpit.Write("pibot.env", "WORKER_3_IP=not.asked.test\n");
        _cockpit.Variables["WORKER_10_IP"] = "127.0.0.3" + suffix;

        (await _cockpit.RunAsync("doctor", "--workers")).ShouldBe(ExitCode.Ok, _cockpit.Out.ToString() + _cockpit.Error);
        (await _cockpit.RunAsync("doctor", "--workers", $"127.0.0.1:{port},127.0.0.2:{port},127.0.0.3:{port}")).ShouldBe(ExitCode.Ok, _cockpit.Out.ToString());

        var lines = _cockpit.Out.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Select(line => line["ok       ".Length..].Split(':')[0]).ShouldBe([.. _tests, .. _tests]);
        lines[0].ShouldBe($"ok       health: 127.0.0.1{suffix}, 127.0.0.2{suffix}, 127.0.0.3{suffix}");
    }

    [Fact]
    public async Task Doctor_WorkerThatFailsOrIsNotThere_IsNamed()
    {
        await using var broken = await DoorBench.StartAsync();
        broken.Model.Otherwise = _ => new ScriptedAnswer().Fail("no model", ModelFailureKind.Invalid);
        var there = new Uri(broken.Url).Authority;

        (await _cockpit.RunAsync("doctor", "--workers", $"{there},127.0.0.1:1")).ShouldBe(ExitCode.Failed);

        _cockpit.Out.ToString().ShouldContain("problem  health: 127.0.0.1:1 does not answer");
        _cockpit.Out.ToString().ShouldContain($"problem  simple dispatch: {there} answers GET /task/muster-test-simple/result with 200 {{");
        _cockpit.Out.ToString().ShouldContain("ok       complexity analysis");
    }

    [Fact]
    public async Task Doctor_KeyOfAWorker_GoesToThatOneAloneAndTheHomesOwnToNone()
    {
        const string own = "the-key-of-this-home-itself", first = "the-key-of-the-first-worker";
        var heard = new ConcurrentDictionary<string, string>();
        await using var one = await LoopbackServer.StartAsync((context, _) => Hear("one", context));
        await using var two = await LoopbackServer.StartAsync((context, _) => Hear("two", context));
        var (there, other) = (new Uri(one.Url).Authority, new Uri(two.Url).Authority);
        _cockpit.Variables["MUSTER_PIBOT__KEYS"] = own;
        _cockpit.Variables["MUSTER_PIBOT__LISTEN"] = "5000";
        _cockpit.Variables["MUSTER_PIBOT__WORKER_KEYS"] = $"{there}={first}";

        (await _cockpit.RunAsync("doctor", "--workers", $"{there},{other}")).ShouldBe(ExitCode.Failed);

        (heard["one"], heard["two"]).ShouldBe(($"Bearer {first}", ""));
        _cockpit.Out.ToString().ShouldContain(
            $"{other} lets nobody in without its key (401 to GET /health): give it as pibot.worker_keys: [HOST:PORT=KEY] in muster.yaml, or in MUSTER_PIBOT__WORKER_KEYS");

        Task Hear(string who, HttpContext context)
        {
            heard[who] = context.Request.Headers.Authorization.ToString();
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Doctor_OwnDoor_GetsTheKeyOfItsHome()
    {
        const string own = "the-key-of-this-home-itself";
        await using var door = await DoorBench.StartAsync(keys: [own]);
        door.Model.Otherwise = _ => new ScriptedAnswer().Text("four");
        var there = new Uri(door.Url).Authority;
        _cockpit.Variables["MUSTER_PIBOT__KEYS"] = own;
        _cockpit.Variables["MUSTER_PIBOT__LISTEN"] = there;

        await _cockpit.RunAsync("doctor", "--workers", there);

        _cockpit.Out.ToString().ShouldContain($"ok       health: {there}");
    }

    [Theory]
    [InlineData("No worker is named.", "--workers")]
    [InlineData("\"http://x/y\" is no worker", "--workers", "http://x/y")]
    public async Task Doctor_NoUsableWorker_SaysWhatToDo(string told, params string[] options)
    {
        (await _cockpit.RunAsync(["doctor", .. options])).ShouldBe(ExitCode.Usage);

        _cockpit.Error.ToString().ShouldContain(told);
    }

    [Theory]
    [InlineData("--pibot 5000", "The hub listens on http://127.0.0.1:5000, so PiBot's door cannot listen on 127.0.0.1:5000: give it a port of its own, such as --pibot 127.0.0.1:5001")]
    [InlineData("--pibot 0.0.0.0:5000 --pibot-allow 10.0.0.0/8", "The hub listens on http://127.0.0.1:5000, so PiBot's door cannot listen on 0.0.0.0:5000")]
    [InlineData("--pibot 0.0.0.0:5001", "PiBot's door on 0.0.0.0:5001 would let in everyone who reaches this machine.")]
    [InlineData("--pibot somewhere", "pibot.listen has \"somewhere\"; it must be a port, or an address and a port such as 127.0.0.1:5000.")]
    [InlineData("--pibot 5001 --pibot-keys short", "pibot.keys has \"…\"; it must be a key of at least 16 characters without spaces.")]
    [InlineData("--pibot 5001 --pibot-worker-keys nas", "pibot.worker_keys has \"…\"; it must be a worker and its key, as HOST=KEY or HOST:PORT=KEY.")]
    [InlineData("--pibot 5001 --pibot-allow lan", "pibot.allow has \"lan\"; it must be an address such as 192.168.1.10, or a network such as 192.168.1.0/24.")]
    public async Task Up_DoorThatCannotBe_IsOneSentenceBeforeAnythingStarts(string options, string told)
    {
        (await _cockpit.RunAsync(["up", .. options.Split(' ')])).ShouldBe(ExitCode.Usage);

        _cockpit.Error.ToString().ShouldContain(told);
        File.Exists(Path.Combine(_cockpit.Home, "hub.db")).ShouldBeFalse();
    }

    public void Dispose() => _cockpit.Dispose();

    private static async Task<DoorBench> WorkerAsync(string listen)
    {
        var door = await DoorBench.StartAsync(listen);
        var never = new TaskCompletionSource();
        door.Model.Otherwise = request => ((UserMessage)request.Messages[0]).Content.OfType<TextBlock>().Any(block => block.Text.Contains("Count from", StringComparison.Ordinal))
                ? new ScriptedAnswer().WaitFor(never.Task)
                : new ScriptedAnswer().Text("four");
        return door;
    }

    /// <summary>5000 as PiBot has it, or where that is taken another one that is free on all three addresses.</summary>
    private static int FreePort()
    {
        try
        {
            using var usual = new TcpListener(IPAddress.Any, 5000);
            usual.Start();
            return 5000;
        }
        catch (SocketException)
        {
            using var other = new TcpListener(IPAddress.Any, 0);
            other.Start();
            return ((IPEndPoint)other.LocalEndpoint).Port;
        }
    }
}
