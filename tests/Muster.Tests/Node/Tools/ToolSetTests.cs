using System.Text.Json;
using Muster.Agents.Tools;
using Muster.Node.Tools;
using Muster.Node.Tools.Facts;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Tools;

public sealed class ToolSetTests
{
    [Fact]
    public void Create_Names_AreThoseOfTheProductAndReadersMayBeRepeated()
    {
        using var bench = new ToolBench(hub: (_, _, _) => Task.FromResult("{}"));

        bench.Tools.Where(tool => tool.Listed).Select(tool => tool.Name).ShouldBe(
            ["shell", "file_read", "file_write", "file_edit", "file_list", "file_search", "system", "web", "sensor", "gpio", "memory_read", "memory_write", "nodes", "file_copy", "schedule", "submit_job", "fleet"]);
        bench.Tools.Where(tool => tool.Replay == Replay.Safe).Select(tool => tool.Name).ShouldBe(
            ["file_read", "file_list", "file_search", "file_ops", "system", "web", "sensor", "memory_read", "nodes", "schedule", "scheduler", "submit_job", "fleet"]);
        bench.Tools.ShouldAllBe(tool => tool.Parameters.GetProperty("type").GetString() == "object");
    }

    [Fact]
    public async Task Shell_Result_HasTheThreeFieldsAndStreams()
    {
        using var bench = new ToolBench();
        await ToolBench.RequireSandboxAsync(bench);
        Directory.CreateDirectory(Path.Combine(bench.Work, "sub"));
        var updates = new List<string>();

        var result = await bench.CallAsync("run_shell", new { command = "pwd; echo err >&2; exit 3", cwd = "sub" },
            update: update => updates.Add(ToolBench.Text(update)));

        var json = JsonDocument.Parse(ToolBench.Text(result)).RootElement;
        json.GetProperty("stdout").GetString().ShouldBe($"{bench.Work}/sub\n");
        json.GetProperty("stderr").GetString().ShouldBe("err\n");
        json.GetProperty("exit_code").GetInt32().ShouldBe(3);
        json.TryGetProperty("note", out _).ShouldBeFalse();
        updates.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("""{"command":"rm -rf /"}""", "Refused: \"rm -rf /\"")]
    [InlineData("""{"command":"ls","cwd":"/etc"}""", "outside the working folder")]
    [InlineData("""{"command":"ls","cwd":"../home"}""", "outside the working folder")]
    [InlineData("""{"command":"ls","cwd":"none"}""", "no folder")]
    [InlineData("""{}""", "needs \"command\"")]
    public async Task Shell_BadCalls_AreRefusedWithASentence(string arguments, string expected)
    {
        using var bench = new ToolBench();

        (await bench.ErrorAsync("shell", JsonDocument.Parse(arguments).RootElement)).ShouldContain(expected);
    }

    [Fact]
    public async Task System_EachSection_AnswersOnlyThat()
    {
        using var bench = new ToolBench();

        var all = JsonDocument.Parse(await bench.TextAsync("system", new { })).RootElement;
        var memory = JsonDocument.Parse(await bench.TextAsync("system", new { section = "memory" })).RootElement;

        all.EnumerateObject().Select(part => part.Name).ShouldBe(["time", "uptime_seconds", "load", "memory", "disks", "processes"]);
        all.GetProperty("load").GetProperty("cores").GetInt32().ShouldBe(Environment.ProcessorCount);
        all.GetProperty("load").GetProperty("fifteen").GetDouble().ShouldBeGreaterThanOrEqualTo(0);
        all.GetProperty("disks").EnumerateArray().ShouldContain(disk =>
            disk.GetProperty("total_bytes").GetInt64() > 0 && disk.GetProperty("free_bytes").GetInt64() > 0 && disk.GetProperty("mount").GetString() == "/");
        all.GetProperty("processes").EnumerateArray().ShouldContain(process => process.GetProperty("pid").GetInt32() == Environment.ProcessId);
        foreach (var disk in all.GetProperty("disks").EnumerateArray())
        {
            // What is kept for root is neither.
            (disk.GetProperty("used_bytes").GetInt64() + disk.GetProperty("free_bytes").GetInt64()).ShouldBeLessThanOrEqualTo(disk.GetProperty("total_bytes").GetInt64());
        }

        memory.EnumerateObject().Select(part => part.Name).ShouldBe(["memory"]);
        memory.GetProperty("memory").GetProperty("available_bytes").GetInt64().ShouldBeLessThan(memory.GetProperty("memory").GetProperty("total_bytes").GetInt64());
    }

    [Fact]
    public void Mounts_Real_LeavesOutPseudoAndCountsADeviceOnce() => Mounts.Real(
    [
        "22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw",
        "23 22 0:21 / /proc rw - proc proc rw",
        "24 22 8:1 /var/x /var/bind rw - ext4 /dev/sda1 rw",
        "25 22 8:2 / /mnt/my\\040disk rw - xfs /dev/sdb rw",
        "26 22 7:0 / /snap/x ro - squashfs /dev/loop0 ro",
        "27 22 0:50 / /net rw - nfs4 nas:/x rw",
        "28 22 0:51 / /dev/shm rw - tmpfs tmpfs rw",
        "29 22 0:52 / /tank rw - zfs tank rw",
    ]).ShouldBe(["/", "/mnt/my disk", "/tank"]);

    [Fact]
    public async Task HubTools_Calls_ReachTheHubAsTheyAre()
    {
        var calls = new List<(string Method, string Json)>();
        using var bench = new ToolBench(hub: (method, json, _) =>
        {
            calls.Add((method, json));
            return Task.FromResult("""{"ok":true}""");
        });

        await bench.CallAsync("memory_write", new { text = " The NAS is \"Öl\" " });
        await bench.CallAsync("memory_read", new { query = "nas" });
        (await bench.TextAsync("nodes", new { })).ShouldBe("""{"ok":true}""");

        calls.ShouldBe([
            ("memory.write", "{\"text\":\"The NAS is \\\"Öl\\\"\",\"key\":\"call_1\"}"),
            ("memory.read", """{"query":"nas","limit":20}"""),
            ("nodes.list", "{}"),
        ]);
        (await bench.ErrorAsync("memory_write", new { text = " " })).ShouldContain("between 1 and");
    }
}
