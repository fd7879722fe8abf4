using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;
using Muster.Client.Artifacts;
using Muster.Client.Http;
using Muster.Protocol.Ids;
using Muster.Protocol.Jobs;
using Muster.Protocol.Receipts;

namespace Muster.Client.Jobs;

/// <summary>
/// The signed-in user's jobs in the pool.
/// <code>
/// var job = await client.Jobs.SubmitAsync(new JobSpec { Tasks = [new TaskSpec { Function = "square", Payloads = [JsonPayload.Of(7, SampleJson.Default.Int32)] }] });
/// await foreach (var result in client.Jobs.ResultsAsync(job.Id, SampleJson.Default.Int32))
///     Console.WriteLine(result.Value);
/// </code>
/// Where an id of a job is asked for, any unique prefix of at least 6 characters of its random part does. Every failure is a
/// <see cref="MusterException"/>: <c>not_found</c> for what there is not or one may not see, <c>forbidden</c> for a guest who submits or changes.
/// </summary>
public sealed class JobClient
{
    private const string Root = "api/v1/jobs";
    private const string Tasks = "api/v1/tasks";
    private const int ResultsAtOnce = 1000;
    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(20);

    private readonly Transport _transport;
    private readonly MusterClientOptions _options;
    private readonly JobFiles _files;
    private readonly SpecFiles _specFiles;
    private readonly PackageUpload _packages;

    internal JobClient(Transport transport, MusterClientOptions options)
    {
        (_transport, _options, _files) = (transport, options, new JobFiles(new ArtifactClient(transport, options)));
        _specFiles = new SpecFiles(PlanAsync, _files);
        _packages = new PackageUpload(transport, _files);
    }

    /// <summary>Submits a job: when this returns, it is stored and will run. Files are uploaded before; see <see cref="SubmitOptions.Folder"/>.</summary>
    /// <exception cref="MusterException"><c>invalid</c> with every mistake and its line in <see cref="MusterException.Errors"/>;
    /// <c>insufficient_credits</c>; <c>unreadable</c> for a file that is not there.</exception>
    public async Task<JobInfo> SubmitAsync(JobSource spec, SubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        var how = options ?? new SubmitOptions();
        var files = await _specFiles.UploadAsync(spec, how, cancellationToken);
        return await _transport.PostAsync(Root, Request(spec, how, files), ClientJson.Default.SubmitRequest, ClientJson.Default.JobInfo, cancellationToken, how.IdempotencyKey);
    }

    /// <summary>What submitting would do: nothing is sent but the spec, and the hashes of its files.</summary>
    /// <exception cref="MusterException">As <see cref="SubmitAsync"/>.</exception>
    public Task<JobPreview> PreviewAsync(JobSource spec, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        _specFiles.PreviewAsync(spec, options ?? new SubmitOptions(), cancellationToken);

    /// <summary>Submits a ZIP with a script in it, which is uploaded before; of <paramref name="options"/> the files and their folder say nothing.</summary>
    /// <param name="path">Of the ZIP.</param>
    /// <exception cref="MusterException">As <see cref="SubmitAsync"/>.</exception>
    public Task<JobInfo> SubmitPackageAsync(string path, PackageOptions? package = null, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        _packages.SubmitAsync(path, package ?? new PackageOptions(), options ?? new SubmitOptions(), cancellationToken);

    /// <summary>What submitting a ZIP would do. Only the hub can say, so it is uploaded, and kept for a day.</summary>
    /// <exception cref="MusterException">As <see cref="SubmitAsync"/>.</exception>
    public Task<JobPreview> PreviewPackageAsync(string path, PackageOptions? package = null, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        _packages.PreviewAsync(path, package ?? new PackageOptions(), options ?? new SubmitOptions(), cancellationToken);

    /// <summary>With its steps.</summary>
    public Task<JobInfo> GetAsync(string job, CancellationToken cancellationToken = default) => _transport.GetAsync(Path(job), ClientJson.Default.JobInfo, cancellationToken);

    /// <summary>Newest first; <paramref name="after"/> is the last page's <c>Next</c>.</summary>
    /// <param name="all">Those of other users too (role <c>admin</c>).</param>
    public Task<Page<JobInfo>> ListAsync(int limit = 50, string? after = null, bool all = false, CancellationToken cancellationToken = default) => _transport.GetAsync(
        $"{Root}?limit={limit}" + (after is null ? "" : "&after=" + Uri.EscapeDataString(after)) + (all ? "&all=true" : ""), ClientJson.Default.PageJobInfo, cancellationToken);

    /// <summary>In their order, from a place on; the last page's <c>Next</c> is where the following one begins.</summary>
    /// <param name="limit">Up to 100 come with their attempts, up to 1,000 without.</param>
    public Task<Page<TaskInfo>> TasksAsync(string job, int from = 0, int limit = 100, CancellationToken cancellationToken = default) =>
        _transport.GetAsync($"{Path(job)}/tasks?after={from}&limit={limit}", ClientJson.Default.PageTaskInfo, cancellationToken);

    /// <summary>One's tasks of all jobs, those of the newest first; <paramref name="after"/> is the last page's <c>Next</c>.</summary>
    /// <param name="state">Only tasks in it, such as <c>running</c>; a page may then be short, and still have a next one.</param>
    public Task<Page<RecentTask>> RecentTasksAsync(int limit = 50, string? after = null, string? state = null, CancellationToken cancellationToken = default) => _transport.GetAsync(
        $"{Tasks}?limit={limit}" + (after is null ? "" : "&after=" + Uri.EscapeDataString(after)) + (state is null ? "" : "&state=" + Uri.EscapeDataString(state)),
        ClientJson.Default.PageRecentTask, cancellationToken);

    /// <param name="task">Its id, or any unique prefix of at least 6 characters of its random part.</param>
    public Task<RecentTask> FindTaskAsync(string task, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(task);
        return _transport.GetAsync($"{Tasks}/{Uri.EscapeDataString(task)}", ClientJson.Default.RecentTask, cancellationToken);
    }

    /// <param name="task">As <see cref="FindTaskAsync"/>.</param>
    public async Task<TaskInfo> GetTaskAsync(string task, CancellationToken cancellationToken = default) => (await FindTaskAsync(task, cancellationToken)).Task;

    /// <summary>
    /// A job as it happens, until it is over; the first <see cref="JobChanged"/> says how it is now. The connection may break in between:
    /// watching goes on where it was, and only a task's change may be told twice.
    /// </summary>
    /// <param name="tasks">False: only the job's own state and counts, which is much less for large jobs.</param>
    /// <param name="after">A <see cref="JobChanged.Number"/> that was seen before.</param>
    public IAsyncEnumerable<JobEvent> WatchAsync(string job, bool tasks = true, long after = 0, CancellationToken cancellationToken = default) =>
        new JobStream(_transport, Path(job) + (tasks ? "/events" : "/events?tasks=false"), after, _options).ReadAsync(cancellationToken);

    /// <summary>The job once it is over.</summary>
    public async Task<JobInfo> WaitAsync(string job, CancellationToken cancellationToken = default)
    {
        JobInfo? last = null;
        await foreach (var e in WatchAsync(job, tasks: false, cancellationToken: cancellationToken))
        {
            last = e is JobChanged { Job: var now } ? now : last;
        }

        return last!; // watching ends with the job
    }

    /// <summary>
    /// What came of the tasks, in their order, each as soon as all before it are over. Tasks of which nothing came because they never ran
    /// (cancelled, skipped) may be left out.
    /// </summary>
    /// <param name="result">How the JSON of one result is read.</param>
    /// <param name="from">The place of the first task that is wanted.</param>
    /// <param name="wait">False: only what is over now.</param>
    /// <exception cref="MusterException"><c>unexpected_result</c>: one is not of this type.</exception>
    public IAsyncEnumerable<TaskResult<T>> ResultsAsync<T>(string job, JsonTypeInfo<T> result, int from = 0, bool wait = true, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(result);
        return ReadResultsAsync(Path(job), ResultPage.Of(result), from, wait, cancellationToken);
    }

    /// <summary>Calls one function of a worker and returns what it gave: a job of one task, in one request where it does not take long.</summary>
    /// <exception cref="MusterException"><c>task_failed</c>, or as <see cref="SubmitAsync"/>.</exception>
    public async Task<TResult?> CallAsync<T, TResult>(
        string function, T argument, JsonTypeInfo<T> shape, JsonTypeInfo<TResult> result, SubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(result);
        var spec = new JobSpec { Name = function, Tasks = [new TaskSpec { Function = function, Payloads = [JsonPayload.Of(argument, shape)] }] };
        var how = options ?? new SubmitOptions();
        var answer = await _transport.PostAsync(
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Root}?wait={Patience}"), Request(spec, how, null), ClientJson.Default.SubmitRequest, CallAnswer<TResult>.Of(result), cancellationToken,
            how.IdempotencyKey);
        if (answer.Results.Items is [var only])
        {
            return only.Value;
        }

        await foreach (var late in ReadResultsAsync(Path(answer.Id), ResultPage.Of(result), 0, true, cancellationToken))
        {
            return late.Value;
        }

        throw new MusterException(0, "task_failed", "The task ended without a result: it was cancelled, or its time was over.");
    }

    /// <summary>Ends a job, or one task of it; what runs is stopped. One that is over stays as it is.</summary>
    /// <param name="id">A job, or a task.</param>
    /// <param name="reason">One sentence that others see.</param>
    public Task CancelAsync(string id, string? reason = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(id, "cancel", new CancelRequest(reason), ClientJson.Default.CancelRequest, cancellationToken);

    /// <summary>Says something to the agents of a job while they work; each hears it once, those too that begin later.</summary>
    /// <param name="id">A job, or a task.</param>
    /// <param name="text">1 to 20,000 characters.</param>
    /// <param name="interrupt">Breaks off what they do, running tools too.</param>
    /// <returns>Who hears it.</returns>
    /// <exception cref="MusterException"><c>conflict</c> where nobody of it could hear it.</exception>
    public Task<SteeredInfo> SteerAsync(string id, string text, bool interrupt = false, CancellationToken cancellationToken = default) => _transport.PostAsync(
        Path(id) + "/steer", new SteerRequest(text, interrupt, Id<Message>.New(_options.Time).ToString()), ClientJson.Default.SteerRequest, ClientJson.Default.SteeredInfo, cancellationToken);

    /// <summary>Holds a job up: what runs is frozen, and nothing of it starts.</summary>
    public Task PauseAsync(string job, CancellationToken cancellationToken = default) =>
        ChangeAsync(job, "pause", new Nothing(), ClientJson.Default.Nothing, cancellationToken);

    /// <summary>Goes on with a paused job.</summary>
    /// <param name="moreCpt">Credits to set aside for it on top of what was; a job whose credits ran out needs some.</param>
    public Task ResumeAsync(string job, decimal? moreCpt = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(job, "resume", new ResumeRequest(moreCpt), ClientJson.Default.ResumeRequest, cancellationToken);

    /// <summary>Runs again what did not succeed of a job that is over.</summary>
    /// <exception cref="MusterException"><c>conflict</c>: there is nothing to be tried again.</exception>
    public Task<JobInfo> RetryAsync(string job, CancellationToken cancellationToken = default) =>
        _transport.PostAsync(Path(job) + "/retry", new Nothing(), ClientJson.Default.Nothing, ClientJson.Default.JobInfo, cancellationToken);

    /// <summary>Why it waits, or where it runs.</summary>
    /// <param name="id">A job, or a task.</param>
    public Task<WhyInfo> WhyAsync(string id, CancellationToken cancellationToken = default) =>
        _transport.GetAsync(Path(id) + "/why", ClientJson.Default.WhyInfo, cancellationToken);

    /// <summary>Who ran a task with which result at what cost, with the proof of it.</summary>
    /// <param name="id">A whole id of a task, or a job of one task.</param>
    public Task<Receipt> ReceiptAsync(string id, CancellationToken cancellationToken = default) =>
        _transport.GetAsync(Path(id) + "/receipt", ReceiptJson.Default.Receipt, cancellationToken);

    /// <summary>What a task printed, as bytes, of one attempt after the other.</summary>
    /// <param name="id">A task; or a job, whose first task is then meant.</param>
    /// <param name="follow">True: also of an attempt that runs, as it comes, until the task is over. False: of those that are over.</param>
    public IAsyncEnumerable<LogChunk> LogsAsync(string id, bool follow = false, CancellationToken cancellationToken = default)
    {
        var reader = new LogReader(_transport, _files, Path(id) + "/logs", _options);
        return follow ? reader.FollowAsync(() => IsOverAsync(id, cancellationToken), cancellationToken) : reader.ReadAsync(cancellationToken);
    }

    /// <summary>Saves an output of a task; the file appears when it is whole and its hash is right.</summary>
    /// <exception cref="MusterException"><c>damaged</c>, <c>not_written</c>, or as for every call.</exception>
    public Task DownloadAsync(OutputInfo output, string path, CancellationToken cancellationToken = default) => _files.DownloadAsync(output.Sha256, path, cancellationToken);

    /// <summary>Seconds that one request waits.</summary>
    private double Patience => Math.Min(_longestWait.TotalSeconds, _options.Timeout.TotalSeconds / 2);

    private async IAsyncEnumerable<TaskResult<T>> ReadResultsAsync<T>(
        string path, JsonTypeInfo<ResultPage<T>> shape, int from, bool wait, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await _transport.GetAsync(
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path}/results?from={from}&limit={ResultsAtOnce}{(wait ? $"&wait={Patience}" : "")}"), shape, cancellationToken);
            var over = page.State is "succeeded" or "failed" or "cancelled" or "expired" || !wait;
            foreach (var item in page.Items)
            {
                if (!over && item.Task != from)
                {
                    break; // one before it is not over yet
                }

                from = item.Task + 1;
                yield return item;
            }

            if (over && page.Next is null)
            {
                yield break;
            }
        }
    }

    private async Task<bool> IsOverAsync(string id, CancellationToken cancellationToken) => id.StartsWith(TaskKind.Prefix, StringComparison.Ordinal)
        ? (await GetTaskAsync(id, cancellationToken)).IsOver
        : (await TasksAsync(id, 0, 1, cancellationToken)).Items[0].IsOver;

    private Task<JobPreview> PlanAsync(JobSource spec, SubmitOptions how, IReadOnlyDictionary<string, JobFile>? files, CancellationToken cancellationToken) =>
        _transport.PostAsync(Root + "/plan", Request(spec, how, files), ClientJson.Default.SubmitRequest, ClientJson.Default.JobPreview, cancellationToken);

    private static SubmitRequest Request(JobSource spec, SubmitOptions how, IReadOnlyDictionary<string, JobFile>? files) => new(spec, files, how.MaxCpt, how.Priority?.ToString().ToLowerInvariant());

    private Task ChangeAsync<T>(string id, string what, T body, JsonTypeInfo<T> shape, CancellationToken cancellationToken) =>
        _transport.DoAsync(HttpMethod.Post, $"{Path(id)}/{what}", System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(body, shape), cancellationToken);

    private static string Path(string id)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        return $"{Root}/{Uri.EscapeDataString(id)}";
    }
}
