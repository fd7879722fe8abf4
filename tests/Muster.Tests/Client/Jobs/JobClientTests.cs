using System.Text;
using System.Text.Json.Serialization;
using Muster.Client;
using Muster.Client.Jobs;
using Muster.Client.Workers;
using Muster.Protocol.Jobs;
using Muster.Tests.Hub.Jobs;
using Shouldly;
using Xunit;

namespace Muster.Tests.Client.Jobs;

/// <summary>What a .NET program does with jobs, against a real hub and a real node.</summary>
public sealed partial class JobClientTests : IAsyncLifetime
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
    public async Task Call_OfAFunction_GivesItsValue()
    {
        await using var serving = Serve();

        (await _client.Jobs.CallAsync("square", 12, Json.Default.Int32, Json.Default.Int32, cancellationToken: Cancel)).ShouldBe(144);
        (await Should.ThrowAsync<MusterException>(() => _client.Jobs.CallAsync("broken", 1, Json.Default.Int32, Json.Default.Int32, cancellationToken: Cancel)))
            .Message.ShouldContain("out of numbers");
    }

    [Fact]
    public async Task Payloads_OfAStep_ComeBackInTheirOrder()
    {
        await using var serving = Serve();
        var job = await _client.Jobs.SubmitAsync(Squares(Enumerable.Range(0, 2500)), cancellationToken: Cancel);

        var results = new List<int>();
        await foreach (var result in _client.Jobs.ResultsAsync(job.Id, Json.Default.Int32, cancellationToken: Cancel))
        {
            result.Task.ShouldBe(results.Count);
            results.Add(result.Value);
        }

        results.ShouldBe(Enumerable.Range(0, 2500).Select(number => number * number));
    }

    [Fact]
    public async Task Submit_TwiceWithOneKey_MakesOneJob()
    {
        var options = new SubmitOptions { IdempotencyKey = "once" };
        var first = await _client.Jobs.SubmitAsync("tasks: [{command: [\"true\"]}]", options, Cancel);
        var again = await _client.Jobs.SubmitAsync("tasks: [{command: [\"true\"]}]", options, Cancel);

        again.Id.ShouldBe(first.Id);
        (await _client.Jobs.ListAsync(cancellationToken: Cancel)).Items.Count.ShouldBe(1);
        (await Should.ThrowAsync<MusterException>(() => _client.Jobs.SubmitAsync("tasks: [{command: [\"false\"]}]", options, Cancel))).Code.ShouldBe("idempotency_conflict");
    }

    [Fact]
    public async Task Watch_OfAJob_TellsOfItsTasksAndEndsWithIt()
    {
        var job = await _client.Jobs.SubmitAsync("tasks: [{id: a, array: 0..4, command: [\"true\"]}]", cancellationToken: Cancel);

        var (done, last) = (new HashSet<long>(), (JobInfo?)null);
        await foreach (var change in _client.Jobs.WatchAsync(job.Id, cancellationToken: Cancel))
        {
            if (change is TaskChanged { Task: { IsOver: true } task })
            {
                done.Add(task.Index);
            }

            last = (change as JobChanged)?.Job ?? last;
        }

        last!.State.ShouldBe("succeeded");
        last.Counts.Succeeded.ShouldBe(5);
        done.ShouldBe([0, 1, 2, 3, 4], ignoreOrder: true);
    }

    [Fact]
    public async Task Files_OfAFolder_GoInAndComeOut()
    {
        using var folder = new Muster.Testing.TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "names.txt"), "ada\nbob\n", Cancel);
        var job = await _client.Jobs.SubmitAsync(
            "tasks: [{id: sort, command: [sh, -c, sort -r names.txt > out/sorted.txt], inputs: {names.txt: ./names.txt, out/keep: ./names.txt}, outputs: [\"out/sorted.txt\"]}]",
            new SubmitOptions { Folder = folder.Path }, Cancel);

        var end = await _client.Jobs.WaitAsync(job.Id, Cancel);

        end.State.ShouldBe("succeeded", end.Reason);
        var output = (await _client.Jobs.TasksAsync(job.Id, cancellationToken: Cancel)).Items[0].History![0].Outputs.ShouldHaveSingleItem();
        output.Path.ShouldBe("out/sorted.txt");
        await _client.Jobs.DownloadAsync(output, Path.Combine(folder.Path, "got"), Cancel);
        (await File.ReadAllTextAsync(Path.Combine(folder.Path, "got"), Cancel)).ShouldBe("bob\nada\n");
    }

    [Theory]
    [InlineData("**", "a b/c b/d/e")]
    [InlineData("b/", "b/c b/d/e")]
    [InlineData("*/c", "b/c")]
    [InlineData("**/e", "b/d/e")]
    public async Task Outputs_OfAPattern_AreWhatItMeans(string pattern, string paths)
    {
        var job = await _client.Jobs.SubmitAsync($"tasks: [{{command: [sh, -c, 'mkdir -p b/d; touch a b/c b/d/e'], outputs: ['{pattern}']}}]", cancellationToken: Cancel);

        (await _client.Jobs.WaitAsync(job.Id, Cancel)).State.ShouldBe("succeeded");
        (await OutputsAsync(job)).Select(output => output.Path).ShouldBe(paths.Split(' '), ignoreOrder: true);
    }

    [Fact]
    public async Task Outputs_MadeToLeakOrToHang_AreLeftOutAndNamed()
    {
        var job = await _client.Jobs.SubmitAsync(
            """
            tasks:
              - command:
                  - sh
                  - -c
                  - |
                    ln -s /etc/passwd link; ln -s /etc folder; mkfifo pipe; ln -s loop loop; mkdir deep; ln -s ../.. deep/up
                    python3 -c "import socket; socket.socket(socket.AF_UNIX).bind('socket')"
                    echo good > good; ln good twin; printf x > "$(printf 'bad\033[2Jname')"
                outputs: ["**"]
            """,
            cancellationToken: Cancel);

        (await _client.Jobs.WaitAsync(job.Id, Cancel)).State.ShouldBe("succeeded");
        (await OutputsAsync(job)).Select(output => output.Path).ShouldBeSubsetOf(["good", "twin", "bad\u001b[2Jname"]);
        var log = new StringBuilder();
        await foreach (var chunk in _client.Jobs.LogsAsync(job.Id, cancellationToken: Cancel))
        {
            log.Append(Encoding.UTF8.GetString(chunk.Bytes.Span));
        }

        foreach (var name in (string[])["link", "folder", "pipe", "loop", "socket"])
        {
            log.ToString().ShouldContain(name);
        }

        log.ToString().ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task Output_OfATerabyteOfNothing_FailsTheTaskAndNotTheNode()
    {
        var job = await _client.Jobs.SubmitAsync("tasks: [{command: [truncate, -s, 1T, huge], outputs: [huge], needs: {disk: 10MiB}}]", cancellationToken: Cancel);

        (await _client.Jobs.WaitAsync(job.Id, Cancel)).State.ShouldBe("failed");
        (await _client.Jobs.WaitAsync((await _client.Jobs.SubmitAsync("tasks: [{command: [\"true\"]}]", cancellationToken: Cancel)).Id, Cancel)).State.ShouldBe("succeeded");
    }

    [Fact]
    public async Task Log_OfARunningTask_IsFollowedToItsEnd()
    {
        var job = await _client.Jobs.SubmitAsync("tasks: [{command: [sh, -c, 'for i in 1 2 3; do echo line $i; done; echo oops >&2; exit 3']}]", cancellationToken: Cancel);

        var text = new StringBuilder();
        await foreach (var chunk in _client.Jobs.LogsAsync(job.Id, follow: true, Cancel))
        {
            text.Append(Encoding.UTF8.GetString(chunk.Bytes.Span));
        }

        text.ToString().ShouldContain("line 1\nline 2\nline 3\n");
        text.ToString().ShouldContain("oops\n");
        (await _client.Jobs.TasksAsync(job.Id, cancellationToken: Cancel)).Items[0].ExitCode.ShouldBe(3);
    }

    [Fact]
    public async Task Preview_OfASpec_SaysWhereAndWhyNot()
    {
        var preview = await _client.Jobs.PreviewAsync("tasks: [{id: here, command: [\"true\"]}, {id: nowhere, command: [\"true\"], needs: {cpu: 64}}]", cancellationToken: Cancel);

        preview.Tasks.ShouldBe(2);
        preview.Steps![0].Nodes.ShouldHaveSingleItem().Reason.ShouldBeNull();
        preview.Steps[1].Nodes.ShouldHaveSingleItem().Reason!.ShouldContain("64");
        (await _client.Jobs.ListAsync(cancellationToken: Cancel)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Why_OfAJobThatNoMachineFits_NamesTheMachine()
    {
        var job = await _client.Jobs.SubmitAsync("tasks: [{command: [\"true\"], needs: {memory: 900GiB}}]", cancellationToken: Cancel);

        var why = await _client.Jobs.WhyAsync(job.Id, Cancel);

        why.Nodes.ShouldHaveSingleItem().Reason!.ShouldContain("900");
        await _client.Jobs.CancelAsync(job.Id, "too big", Cancel);
        (await _client.Jobs.WaitAsync(job.Id, Cancel)).State.ShouldBe("cancelled");
    }

    [Fact]
    public async Task Pause_FreezesWhatRuns_AndResumeGoesOn()
    {
        var job = await _client.Jobs.SubmitAsync("tasks: [{command: [sh, -c, 'echo begun; sleep 1; echo done']}]", cancellationToken: Cancel);
        await Muster.Testing.Eventually.TrueAsync(async () => (await _client.Jobs.GetAsync(job.Id, Cancel)).Counts.Running == 1, Cancel);

        await _client.Jobs.PauseAsync(job.Id, Cancel);
        await Muster.Testing.Eventually.TrueAsync(async () => (await _client.Jobs.GetAsync(job.Id, Cancel)).State == "paused", Cancel);
        await _client.Jobs.ResumeAsync(job.Id, cancellationToken: Cancel);

        (await _client.Jobs.WaitAsync(job.Id, Cancel)).State.ShouldBe("succeeded");
        (await _client.Jobs.TasksAsync(job.Id, cancellationToken: Cancel)).Items[0].History!.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Spec_WithMistakes_NamesEachWithItsLine()
    {
        var error = await Should.ThrowAsync<MusterException>(() => _client.Jobs.SubmitAsync(
            """
            name: wrong
            tasks:
              - id: a
                comand: ["true"]
              - id: b
                after: [c]
                command: ["true"]
            """,
            cancellationToken: Cancel));

        error.Code.ShouldBe("invalid");
        error.Errors.ShouldContain(mistake => mistake.Line == 4 && $"{mistake.Field} {mistake.Message}".Contains("comand") && mistake.Fix!.Contains("command"));
        error.Errors.ShouldContain(mistake => mistake.Line == 6);
    }

    private async Task<IReadOnlyList<OutputInfo>> OutputsAsync(JobInfo job) => (await _client.Jobs.TasksAsync(job.Id, cancellationToken: Cancel)).Items[0].History![^1].Outputs;

    private static JobSpec Squares(IEnumerable<int> numbers) => new()
    {
        Name = "squares",
        Tasks = [new TaskSpec { Function = "square", Payloads = [.. numbers.Select(number => JsonPayload.Of(number, Json.Default.Int32))] }],
    };

    private Serving Serve()
    {
        var worker = _client.CreateWorker();
        worker.Handle("square", Json.Default.Int32, Json.Default.Int32, (number, _) => ValueTask.FromResult(number * number));
        worker.Handle("broken", Json.Default.Int32, Json.Default.Int32, (_, _) => throw new InvalidOperationException("out of numbers"));
        var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        return new Serving(worker, worker.RunAsync(stop.Token), stop);
    }

    private sealed class Serving(FunctionWorker worker, Task running, CancellationTokenSource stop) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await running;
            await worker.DisposeAsync();
            stop.Dispose();
        }
    }

    [JsonSerializable(typeof(int))]
    private sealed partial class Json : JsonSerializerContext;
}
