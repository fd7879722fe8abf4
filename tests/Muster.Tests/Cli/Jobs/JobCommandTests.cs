using System.Text.Json;
using Muster.Cli;
using Muster.Tests.Hub.Jobs;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Jobs;

/// <summary>Commands about jobs and machines against a hub with a real node.</summary>
public sealed class JobCommandTests : IAsyncLifetime
{
    private PoolHouse _house = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _house = await PoolHouse.StartAsync(Cancel);

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Run_WordsAfterTheProgram_AreTheProgramsOwn()
    {
        var (code, output, error) = await RunAsync("run", "--memory", "64MiB", "echo", "-l", "a", "--cpu", "--help");

        code.ShouldBe(ExitCode.Ok, error);
        output.ShouldBe("-l a --cpu --help\n");
        (await RunAsync("run", "--", "sh", "-c", "exit 7")).Code.ShouldBe(7);
    }

    [Fact]
    public async Task Run_KeyThatIsNone_IsMustersOwnFailure()
    {
        using var cockpit = new Cockpit();
        cockpit.SignIn(_house.Hub.Hub.Urls[0], "key_00000000000000000000000000.no");

        (await cockpit.RunAsync("run", "true")).ShouldBe(ExitCode.Broken);
        (await cockpit.RunAsync("tasks")).ShouldBe(ExitCode.NotAllowed);
    }

    [Fact]
    public async Task Tasks_Json_AreALineEach()
    {
        var first = await _house.RunAsync("echo", "one");
        await _house.EndAsync(first);
        await _house.EndAsync(await _house.RunAsync("echo", "two"));

        var (code, output, error) = await RunAsync("tasks", "--json");

        code.ShouldBe(ExitCode.Ok, error);
        Lines(output).Select(line => line.GetProperty("state").GetString()).ShouldBe(["succeeded", "succeeded"]);
        (await RunAsync("job", "resume", first)).Error.ShouldContain("The job has succeeded: there is nothing to resume.");
        (await RunAsync("job", "why", first)).Output.ShouldContain("test has succeeded (1/1 in ");
    }

    [Fact]
    public async Task Logs_OfSeveralTasks_NameTheTaskOfEachEvent()
    {
        var (_, id, _) = await SubmitAsync("tasks: [{ id: say, array: 0..1, command: [echo, '${index}'] }]");

        var lines = Lines((await RunAsync("job", "logs", id, "--json")).Output);

        var tasks = (await _house.EndAsync(id)).Tasks.Select(task => task.GetProperty("id").GetString());
        lines.Select(line => line.GetProperty("task_id").GetString()).ShouldBe(tasks);
        lines.Select(line => line.GetProperty("text").GetString()).ShouldBe(["0\n", "1\n"]);
    }

    [Fact]
    public async Task Submit_WatchedJobThatFails_SaysWhyOfItsFirstTask()
    {
        var (code, _, error) = await SubmitAsync("name: sums\ntasks: [{ id: say, array: 0..2, command: [sh, -c, 'test ${index} != 1 || exit 9'] }]");

        code.ShouldBe(ExitCode.Failed);
        error.ShouldContain("sums has failed (2/3, 1 failed in ");
        error.ShouldMatch(@"say\[1\] \(\w{6}\) on node0 failed: .*9");
    }

    [Fact]
    public async Task Submit_FileThatIsNoneOrNoJson_IsToldInItsOwnWords()
    {
        using var cockpit = new Cockpit();
        cockpit.SignIn(_house.Hub);
        cockpit.Write("bad.json", "{\n  \"tasks\": [}\n");

        (await cockpit.RunAsync("job", "submit", "nofile.yaml")).ShouldBe(ExitCode.Usage);
        (await cockpit.RunAsync("job", "submit", Path.Combine(cockpit.Home, "bad.json"))).ShouldBe(ExitCode.Usage);

        cockpit.Error.ToString().ShouldContain("nofile.yaml cannot be read: there is no such file.");
        cockpit.Error.ToString().ShouldContain("bad.json:2: This is no JSON, from character 13 of the line on.");
        cockpit.Error.ToString().ShouldNotContain("BytePositionInLine");
    }

    [Fact]
    public async Task Nodes_ThatGetNoTasks_SaySo()
    {
        (await RunAsync("nodes")).Output.ShouldContain("\tonline\t");
        var (code, pool, error) = await RunAsync("node", "cordon", "node0", "--json");
        code.ShouldBe(ExitCode.Ok, error);
        JsonDocument.Parse(pool).RootElement.GetProperty("gate").GetString().ShouldBe("cordoned");
        (await RunAsync("nodes")).Output.ShouldContain("\tonline, cordoned\t");

        (await RunAsync("node", "drain", "node0", "--json")).Code.ShouldBe(ExitCode.Ok);
        (await RunAsync("nodes")).Output.ShouldContain("\tonline, drained\t");
        JsonDocument.Parse((await RunAsync("nodes", "--json")).Output).RootElement.GetProperty("gate").GetString().ShouldBe("draining");

        (await RunAsync("node", "drain", "node0", "--undo", "--json")).Code.ShouldBe(ExitCode.Ok);
        (await RunAsync("nodes")).Output.ShouldContain("\tonline\t");
        JsonDocument.Parse((await RunAsync("node", "trust", "node0", "--json")).Output).RootElement.GetProperty("trust").GetString().ShouldBe("new");
    }

    private async Task<(int Code, string Output, string Error)> SubmitAsync(string yaml)
    {
        using var cockpit = new Cockpit();
        cockpit.SignIn(_house.Hub);
        cockpit.Write("job.yaml", yaml);
        var code = await cockpit.RunAsync("job", "submit", Path.Combine(cockpit.Home, "job.yaml"), "--watch");
        var (_, jobs, _) = await RunAsync("job", "list", "--json");
        return (code, Lines(jobs)[0].GetProperty("id").GetString()!, cockpit.Error.ToString());
    }

    private static IReadOnlyList<JsonElement> Lines(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var cockpit = new Cockpit();
        cockpit.SignIn(_house.Hub);
        var code = await cockpit.RunAsync(args);
        return (code, cockpit.Out.ToString(), cockpit.Error.ToString());
    }
}
