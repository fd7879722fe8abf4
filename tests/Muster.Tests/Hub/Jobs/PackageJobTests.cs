using System.IO.Compression;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Muster.Client;
using Muster.Client.Jobs;
using Muster.Protocol.Jobs;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs;

/// <summary>A ZIP that is sent as a job, without a spec.</summary>
public sealed class PackageJobTests : IAsyncLifetime
{
    private PoolHouse _house = null!;
    private MusterClient _client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _house = await PoolHouse.StartAsync(Cancel);
        _client = new MusterClient(new Uri(_house.Hub.Hub.Urls[0]), _house.Hub.Hub.Local.Token);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task Zip_AsTheBody_GivesItsWorkspaceBack()
    {
        var (status, job) = await SendAsync("?name=greeting&timeout=60", Zip(("run.py", "open('made.txt', 'w').write('made')\nprint('said')")));

        status.ShouldBe(201);
        (job.GetProperty("name").GetString(), job.GetProperty("tasks").GetInt32()).ShouldBe(("greeting", 1));
        var (state, tasks) = await _house.EndAsync(job.GetProperty("id").GetString()!);
        state.ShouldBe("succeeded", string.Join('\n', tasks));
        var files = await ResultAsync(tasks[0]);
        files["made.txt"].ShouldBe("made");
        files["execution_log.txt"].ShouldContain("said");
        files.ShouldContainKey("task_logs.txt");
        files.ShouldNotContainKey("task_stopped.txt");
    }

    [Fact]
    public async Task Zip_WhoseFilesLieInAFolder_GivesBackNoInstalledLibraries()
    {
        var (_, job) = await SendAsync("?timeout=60", Zip(
            ("tool/main.py", "import os\nos.makedirs('.packages/pandas')\nopen('.packages/pandas/core.py', 'w').write('x')\nopen('made.txt', 'w').write('made')")));

        var (state, tasks) = await _house.EndAsync(job.GetProperty("id").GetString()!);

        state.ShouldBe("succeeded", string.Join('\n', tasks));
        (await ResultAsync(tasks[0])).Keys.Where(name => name.StartsWith("tool/", StringComparison.Ordinal)).Order().ShouldBe(["tool/made.txt", "tool/main.py"]);
    }

    [Fact]
    public async Task Sdk_WithTerms_SendsThemAlong()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "tool.zip");
        await File.WriteAllBytesAsync(file, Zip(("work/main.py", "print(6*7)")), Cancel);
        await _house.AddAsync("other");

        var terms = new PackageOptions { Hosts = 2, Timeout = TimeSpan.FromMinutes(1), Needs = new NeedsSpec { Memory = ByteSize.MiB(64) } };
        var preview = await _client.Jobs.PreviewPackageAsync(file, terms, cancellationToken: Cancel);
        var options = new SubmitOptions { Priority = SpecPriority.High, IdempotencyKey = "once" };
        var job = await _client.Jobs.SubmitPackageAsync(file, terms, options, Cancel);
        var again = await _client.Jobs.SubmitPackageAsync(file, terms, options, Cancel);

        (preview.Tasks, job.Tasks, job.Name, job.Priority).ShouldBe((2, 2, "tool", "high"));
        again.Id.ShouldBe(job.Id);
        (await _house.EndAsync(job.Id)).State.ShouldBe("succeeded");
    }

    [Theory]
    [InlineData("", "notes.txt", "package", "There is no script in the package that could be run.")]
    [InlineData("", "run.py requirements.txt", "package", "requirements.txt is installed inside the sandbox when the task asks for network, and this one does not.")]
    [InlineData("?hosts=0", "run.py", "hosts", "1,024")]
    [InlineData("?hosts=many", "run.py", "hosts", "many")]
    [InlineData("?needs={cpu}", "run.py", "needs", "This is no JSON.")]
    [InlineData("?needs={\"cpus\":2}", "run.py", "needs.cpus", "cpu")]
    [InlineData("?priority=soon", "run.py", "priority", "soon")]
    [InlineData("?sha256=abc", "run.py", "sha256", "This is no SHA-256.")]
    public async Task Zip_WithAMistake_IsRefusedWithItsField(string query, string files, string field, string message)
    {
        var (status, problem) = await SendAsync(query, Zip([.. files.Split(' ').Select(name => (name, "x"))]));

        status.ShouldBe(422);
        var error = problem.GetProperty("errors")[0];
        error.GetProperty("field").GetString().ShouldBe(field);
        (error.GetProperty("message").GetString() + error.GetProperty("fix").GetString()).ShouldContain(message);
    }

    [Fact]
    public async Task Foreign_Artifact_IsNoPackageOfOnes()
    {
        var (status, _) = await SendAsync("?sha256=" + new string('a', 64), []);

        status.ShouldBe(404);
    }

    [Fact]
    public async Task Cancel_OfAPackage_StillGivesWhatItHadMade()
    {
        var (_, job) = await SendAsync("?timeout=600", Zip(("run.py", "import time\nopen('half.txt', 'w').write('half')\nprint('begun', flush=True)\ntime.sleep(600)")));
        var id = job.GetProperty("id").GetString()!;
        await using (var printed = _client.Jobs.LogsAsync(id, follow: true, Cancel).GetAsyncEnumerator(Cancel))
        {
            (await printed.MoveNextAsync()).ShouldBeTrue(); // it has begun, and made its file before
        }

        await _client.Jobs.CancelAsync(id, "no longer wanted", Cancel);

        await Eventually.TrueAsync(async () => (await _house.EndAsync(id)).Tasks[0].GetProperty("history")[0].GetProperty("outputs").GetArrayLength() == 1, Cancel);
        var (state, tasks) = await _house.EndAsync(id);
        state.ShouldBe("cancelled");
        var files = await ResultAsync(tasks[0]);
        files.ShouldContainKey("task_stopped.txt");
        files["execution_log.txt"].ShouldContain("begun");
        files["half.txt"].ShouldBe("half");
    }

    private async Task<(int Status, JsonElement Answer)> SendAsync(string query, byte[] body)
    {
        using var answer = await _house.Hub.Client.PostAsync("/api/v1/jobs/package" + query, new ByteArrayContent(body), Cancel);
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel));
    }

    private async Task<Dictionary<string, string>> ResultAsync(JsonElement task)
    {
        var output = task.GetProperty("history")[0].GetProperty("outputs")[0];
        output.GetProperty("path").GetString().ShouldBe("result.zip");
        using var content = new MemoryStream();
        await _client.Artifacts.DownloadAsync(output.GetProperty("sha256").GetString()!, content, cancellationToken: Cancel);
        using var archive = new ZipArchive(content);
        return archive.Entries.Where(entry => !entry.FullName.EndsWith('/')).ToDictionary(entry => entry.FullName, entry =>
        {
            using var reader = new StreamReader(entry.Open(), Encoding.UTF8);
            return reader.ReadToEnd();
        });
    }

    private static byte[] Zip(params IReadOnlyList<(string Name, string Text)> files)
    {
        using var content = new MemoryStream();
        using (var archive = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in files)
            {
                using var writer = new StreamWriter(archive.CreateEntry(name).Open());
                writer.Write(text);
            }
        }

        return content.ToArray();
    }
}
