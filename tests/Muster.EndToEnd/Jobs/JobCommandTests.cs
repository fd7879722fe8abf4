using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using Muster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Jobs;

/// <summary>The commands of the pool, typed against real processes.</summary>
public sealed class JobCommandTests : IAsyncLifetime
{
    private readonly Household _household = Household.WithoutModel();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _household.UpAsync();

    public ValueTask DisposeAsync() => _household.DisposeAsync();

    [Fact]
    public async Task Run_PassesOutputAndExitCodeOn()
    {
        var (code, output, error) = await RunAsync("run", "--", "sh", "-c", "echo out; sleep 0.3; echo err >&2; exit 7");

        code.ShouldBe(7);
        output.ShouldBe("out\n");
        error.ShouldContain("err");
        (await RunAsync("run", "--timeout", "1s", "--", "sleep", "60")).Code.ShouldBe(124);
        (await RunAsync("run", "--no-wait", "--cpu", "512", "--", "true")).Code.ShouldBe(125);
        (await RunAsync("run", "--", "no-such-program")).Code.ShouldBe(127);
    }

    [Fact]
    public async Task Run_TakesFilesAlongAndBringsFilesBack()
    {
        await File.WriteAllTextAsync(Path.Combine(_household.Work, "in.txt"), "muster", Cancel);

        var (code, _, error) = await RunAsync("run", "--input", "in.txt", "--output", "*.up", "--", "sh", "-c", "tr a-z A-Z < in.txt > out.up");

        code.ShouldBe(0, error);
        (await File.ReadAllTextAsync(Path.Combine(_household.Work, "out.up"), Cancel)).ShouldBe("MUSTER");
    }

    [Fact]
    public async Task Run_Interrupted_EndsTheCommandAndSaysSo()
    {
        var run = _household.Start(_household.Home, "run", "--", "sleep", "91.753");
        await RunningProcesses.AppearAsync("sleep 91.753");

        await run.InterruptAsync();

        (await run.WaitForExitAsync()).ShouldBe(130);
        await RunningProcesses.DisappearAsync("sleep 91.753");
    }

    [Fact]
    public async Task Submit_Watched_ShowsItsEndAndResultsComeBack()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_household.Work, "render.yaml"),
            """
            name: render
            tasks:
              - id: frame
                array: 0..4
                command: ["sh", "-c", "echo frame ${index} > frame_${index}.txt"]
                outputs: ["frame_*.txt"]
                needs: { memory: 64MiB }
              - id: film
                after: [frame]
                inputs: { frames/: { from: frame } }
                command: ["sh", "-c", "cat frames/*.txt > film.txt"]
                outputs: [film.txt]
            """,
            Cancel);
        (await RunAsync("job", "submit", "render.yaml", "--dry-run")).Output.ShouldContain("frame");
        (await RunAsync("job", "list", "--json")).Output.ShouldNotContain("job_");

        var (code, output, error) = await RunAsync("job", "submit", "render.yaml", "--watch");

        code.ShouldBe(0, error);
        (output + error).ShouldContain("film");
        var id = (await OnlyJobAsync()).GetProperty("id").GetString()!;
        (await RunAsync("job", "results", id, "-o", "got")).Code.ShouldBe(0);
        var film = Directory.EnumerateFiles(Path.Combine(_household.Work, "got"), "film.txt", SearchOption.AllDirectories).Single();
        (await File.ReadAllTextAsync(film, Cancel)).ShouldBe("frame 0\nframe 1\nframe 2\nframe 3\nframe 4\n");
        (await RunAsync("job", "show", id.Substring(14, 6))).Code.ShouldBe(0);
        (await RunAsync("job", "why", id)).Output.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Submit_OfAPackage_RunsItsScriptAndReturnsItsWorkspace()
    {
        var zip = Path.Combine(_household.Work, "task.zip");
        using (var archive = await ZipFile.OpenAsync(zip, ZipArchiveMode.Create, cancellationToken: Cancel))
        {
            await using var script = new StreamWriter(await archive.CreateEntry("run.py").OpenAsync(Cancel));
            await script.WriteAsync("open('answer.txt', 'w').write(str(6 * 7))\nprint('hello from the package')\n");
        }

        var (code, output, error) = await RunAsync("job", "submit", "task.zip", "--watch");

        code.ShouldBe(0, output + error);
        var id = (await OnlyJobAsync()).GetProperty("id").GetString()!;
        (await RunAsync("job", "logs", id)).Output.ShouldContain("hello from the package");
        (await RunAsync("job", "results", id, "-o", "got")).Code.ShouldBe(0);
        var result = Directory.EnumerateFiles(Path.Combine(_household.Work, "got"), "*.zip", SearchOption.AllDirectories).Single();
        using var workspace = await ZipFile.OpenReadAsync(result, Cancel);
        workspace.Entries.Select(entry => entry.FullName).ShouldBe(["answer.txt", "execution_log.txt", "run.py", "task_logs.txt"], ignoreOrder: true);
    }

    [Fact]
    public async Task Submit_OfAWrongSpec_NamesLineAndFieldAndSubmitsNothing()
    {
        await File.WriteAllTextAsync(Path.Combine(_household.Work, "wrong.yaml"), "name: wrong\ntasks:\n  - id: a\n    comand: [\"true\"]\n", Cancel);

        var (code, _, error) = await RunAsync("job", "submit", "wrong.yaml");

        code.ShouldBe(2);
        error.ShouldContain("comand");
        error.ShouldContain("4");
        (await RunAsync("job", "list", "--json")).Output.ShouldNotContain("job_");
        var (gone, _, why) = await RunAsync("job", "submit", "nothing.yaml");
        gone.ShouldBe(2);
        why.ShouldContain("nothing.yaml");
    }

    [Fact]
    public async Task Cancel_EndsWhatRuns_AndRetryTakesItUpAgain()
    {
        var (_, id, _) = await RunAsync("run", "--detach", "--", "sleep", "92.864");
        await RunningProcesses.AppearAsync("sleep 92.864");
        (await RunAsync("tasks")).Output.ShouldContain("sleep");

        (await RunAsync("job", "cancel", id.Trim())).Code.ShouldBe(0);

        await RunningProcesses.DisappearAsync("sleep 92.864");
        (await RunAsync("job", "show", id.Trim(), "--json")).Output.ShouldContain("cancelled");
        (await RunAsync("job", "retry", id.Trim())).Code.ShouldBe(0);
        await RunningProcesses.AppearAsync("sleep 92.864");
        (await RunAsync("job", "cancel", id.Trim())).Code.ShouldBe(0);
        (await RunAsync("job", "cancel", "job_01hzzzzzzzzzzzzzzzzzzzzzzz")).Code.ShouldBe(5);
    }

    [Fact]
    public async Task Logs_Followed_EndWithTheTask()
    {
        var (_, id, _) = await RunAsync("run", "--detach", "--", "sh", "-c", "echo first; sleep 1; echo last");

        var (code, output, _) = await RunAsync("job", "logs", "-f", id.Trim());

        code.ShouldBe(0);
        output.ShouldBe("first\nlast\n");
    }

    [Fact]
    public async Task Sample_OfFunctions_ServesCallsAndSums()
    {
        var (_, key, _) = await RunAsync("key", "create", "squares", "--scope", "ask", "run", "spend", "--json");
        var secret = JsonDocument.Parse(key).RootElement.GetProperty("secret").GetString()!;
        using var serving = Sample(secret, "serve");
        (await serving.StandardOutput.ReadLineAsync(Cancel))!.ShouldContain("Connecting");
        (await serving.StandardOutput.ReadLineAsync(Cancel))!.ShouldContain("Connected");

        using var call = Sample(secret, "call", "12");
        (await call.StandardOutput.ReadToEndAsync(Cancel)).Trim().ShouldBe("144");
        using var sum = Sample(secret, "sum", "100");
        (await sum.StandardOutput.ReadToEndAsync(Cancel)).Trim().ShouldBe("338350");

        serving.Kill();
        await serving.WaitForExitAsync(Cancel);
    }

    private Process Sample(string key, params string[] arguments)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Muster.slnx")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        var program = Directory.EnumerateFiles(Path.Combine(root, "samples", "Squares", "bin", "Release"), "Squares.dll", SearchOption.AllDirectories).First();
        using var client = _household.Client();
        return Process.Start(new ProcessStartInfo("dotnet", [program, client.Hub.ToString(), key, .. arguments]) { RedirectStandardOutput = true, UseShellExecute = false })!;
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => _household.RunAsync(arguments);

    private async Task<JsonElement> OnlyJobAsync() =>
        JsonDocument.Parse((await RunAsync("job", "list", "--json")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[0]).RootElement is var root
        && root.ValueKind == JsonValueKind.Array ? root[0] : root;
}
