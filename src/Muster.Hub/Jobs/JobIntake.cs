using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Pool.Rules;
using Muster.Hub.Jobs.Spec;
using Muster.Hub.Jobs.Store;
using Muster.Hub.Jobs.Views;
using Muster.Hub.Ledger;
using Muster.Hub.Ledger.Prices;
using Muster.Hub.Spending;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Jobs;

/// <summary>Takes jobs in: checks the spec, sets credits aside, and gives it to the pool. What was answered is durable.</summary>
internal sealed class JobIntake(Database database, PoolLoop loop, JobPromises promises, PriceBook prices, ModelQuotes models, People people, TimeProvider time)
{
    public Task<JobModel> SubmitAsync(HttpContext context, JobRequest request) => SubmitAsync(context, Order(context, request));

    /// <inheritdoc cref="Order(HttpContext, CompiledSpec, string, string, string)"/>
    public Task<JobModel> SubmitAsync(HttpContext context, CompiledSpec spec, string? maxCpt, string? priority, string body) =>
        SubmitAsync(context, Order(context, spec, maxCpt, priority, body));

    /// <summary>A request as an order, whose job has its id already.</summary>
    public JobOrder Order(HttpContext context, JobRequest request) => Order(context, Compile(request), request.MaxCpt, request.Priority, BodyHash(request));

    /// <summary>Returns when it is durable.</summary>
    public async Task<JobModel> SubmitAsync(HttpContext context, JobOrder order)
    {
        await loop.SubmitAsync(order, context.RequestAborted);
        return Model(order);
    }

    /// <summary>Of the hub itself in a user's name, under an id that whoever asks chose: it looks first whether there is one.</summary>
    public Task SubmitAsync(SignedIn caller, Id<Job> id, JobRequest request, CancellationToken cancel) => loop.SubmitAsync(Order(caller, id, Compile(request), request.MaxCpt, request.Priority, null), cancel);

    /// <summary>As the other, for a plan that the hub itself made.</summary>
    public Task SubmitAsync(SignedIn caller, Id<Job> id, JobPlan plan, CancellationToken cancel) =>
        loop.SubmitAsync(Order(caller, id, new CompiledSpec(plan, null, [], []), null, null, null), cancel);

    /// <param name="maxCpt">Over what the plan says, as <paramref name="priority"/>.</param>
    /// <param name="body">What tells this request from another of the same idempotency key.</param>
    private JobOrder Order(HttpContext context, CompiledSpec spec, string? maxCpt, string? priority, string body)
    {
        return Order(context.Caller(), Id<Job>.New(time), spec, maxCpt, priority, Idempotency.KeyOf(context, body));
    }

    private JobOrder Order(SignedIn caller, Id<Job> id, CompiledSpec spec, string? maxCpt, string? priority, OnceKey? key)
    {
        var compiled = Checked(spec);
        var list = prices.Current;
        var plan = models.Held(caller.User, compiled.Plan! with
        {
            MaxMicro = MaxOf(maxCpt, compiled.Plan), Priority = PriorityOf(priority, compiled.Plan), Prices = list.Version,
            CountsFor = caller is { Budgeted: true, Key: { } budgeted } ? [.. caller.SpendsFor, budgeted] : caller.SpendsFor, PaysByCall = caller.PaysByCall,
        });
        var quote = PoolBooks.Quote(list, plan) + PoolBooks.QuoteModels(plan);
        var job = new JobSubmission(id, caller.User, plan, quote == 0 ? 0 : plan.MaxMicro ?? quote, compiled.Payloads);
        return new JobOrder(job, caller, key);
    }

    /// <summary>What submitting would do: the files that are needed, the price, where each step could run.</summary>
    public Task<JobPreview> PreviewAsync(HttpContext context, JobRequest request) => PreviewAsync(context, Compile(request));

    public Task<JobPreview> PreviewAsync(HttpContext context, CompiledSpec compiled) => PreviewAsync(context.Caller(), compiled, context.RequestAborted);

    /// <summary>Of a spec that names no local files.</summary>
    public Task<JobPreview> PreviewAsync(SignedIn caller, JobRequest request, CancellationToken cancel) => PreviewAsync(caller, Checked(Compile(request)), cancel);

    private async Task<JobPreview> PreviewAsync(SignedIn caller, CompiledSpec compiled, CancellationToken cancel)
    {
        if (compiled.Errors.Count > 0)
        {
            throw Refused(compiled.Errors);
        }

        if (compiled.Plan is not { } plan)
        {
            return new JobPreview(compiled.MissingFiles, null, null, null);
        }

        var quote = PoolBooks.Quote(prices.Current, plan) + PoolBooks.QuoteModels(models.Held(caller.User, plan));
        var steps = await loop.AskAsync((state, _) => Why.Preview(state, caller.User, plan), cancel);
        return new JobPreview(compiled.MissingFiles, JobViews.Cpt(quote), plan.Steps.Sum(step => step.Count), steps);
    }

    public async Task ResumeAsync(HttpContext context, string id, ResumeRequest request)
    {
        var caller = context.Caller();
        var more = request.MoreCpt is null ? 0 : Amount(request.MoreCpt, "more_cpt");
        var job = await database.ReadAsync(tx => JobDesk.Find(tx, caller, id), context.RequestAborted);
        if (job.State.IsFinal())
        {
            throw ApiException.Conflict(job.State switch
            {
                JobState.Succeeded => "The job has succeeded: there is nothing to resume.",
                JobState.Expired => "The job's deadline is over: submit it anew.",
                var ended => $"The job {(ended == JobState.Failed ? "has failed" : "was cancelled")}: muster job retry {job.Id} takes it up again.",
            });
        }

        if (more == 0 && job is { State: JobState.Paused, Reason: PauseRules.NoCredit })
        {
            throw ApiException.Conflict($"The job has used up its credits, and would be paused again at once: muster job resume {job.Id} --more 5 gives it more.");
        }

        if (more > 0)
        {
            await loop.SubmitAsync(
                new MoreOrder(Id<Job>.Parse(job.Id), HoldKey(job.Id, job.HoldNumber), more, caller, Idempotency.KeyOf(context, $"{id} {more}")), context.RequestAborted);
            return;
        }

        await loop.ApplyAsync(new ResumeJob(Id<Job>.Parse(job.Id), MoreMicro: 0), cancel: context.RequestAborted);
    }

    public async Task<JobModel> RetryAsync(HttpContext context, string id)
    {
        var caller = context.Caller();
        var (job, plan, tasks) = await database.ReadAsync(
            tx =>
            {
                var found = JobDesk.Find(tx, caller, id);
                return (found, PoolStore.Plan(tx, found.Number)!, PoolStore.Tasks(tx, found.Number, 0, int.MaxValue));
            },
            context.RequestAborted);
        if (!job.State.IsFinal() || job.Live)
        {
            throw ApiException.Conflict("The job is not over yet: wait for its end, or cancel it first.");
        }

        if (plan.Background is not null)
        {
            throw ApiException.Conflict("A background task was a call of the assistant on its machine: ask the assistant to do it again.");
        }

        if (job.State is JobState.Succeeded or JobState.Expired)
        {
            throw ApiException.Conflict(job.State == JobState.Succeeded ? "All its tasks have succeeded: there is nothing to try again." : "Its deadline is over: submit it anew.");
        }

        var quote = PoolBooks.Quote(prices.Of(plan.Prices), plan) + PoolBooks.QuoteModels(plan);
        var hold = quote == 0 ? 0 : plan.MaxMicro ?? quote;
        await promises.AgainAsync(context, $"retry {job.Id} {job.HoldNumber}", job.Id, HoldKey(job.Id, job.HoldNumber + 1), Id<User>.Parse(job.Owner), hold);
        await loop.ApplyAsync(new RetryJob(job with { Plan = plan }, tasks, hold), cancel: context.RequestAborted);
        return await database.ReadAsync(tx => JobViews.Of(PoolStore.Job(tx, job.Id)!, people), context.RequestAborted);
    }

    public static string HoldKey(string job, int number) => number == 1 ? job : $"{job}:{number}";

    private static long Amount(string text, string field) =>
        Credits.Read(text, out var amount) is var (message, fix) ? throw ApiException.Invalid(field, message, fix) : amount.Micro;

    private static CompiledSpec Compile(JobRequest request)
    {
        var files = (request.Files ?? new Dictionary<string, JobFile>()).ToDictionary(file => file.Key, file => new SpecFile(file.Value.Sha256, file.Value.Size));
        return request.Spec.ValueKind switch
        {
            JsonValueKind.String => SpecCompiler.Compile(Encoding.UTF8.GetBytes(request.Spec.GetString()!), SpecFormat.Yaml, files),
            JsonValueKind.Object => SpecCompiler.Compile(JsonMarshal(request.Spec), SpecFormat.Json, files),
            _ => throw ApiException.Invalid("spec", "There is no spec.", "Send it as an object, or its YAML as text."),
        };
    }

    private static ReadOnlyMemory<byte> JsonMarshal(JsonElement spec) => System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(spec).ToArray();

    private static CompiledSpec Checked(CompiledSpec compiled) =>
        compiled.Errors.Count > 0 ? throw Refused(compiled.Errors)
        : compiled.MissingFiles.Count > 0 ? throw ApiException.Invalid(
            "files", $"The spec names files that were not sent along: {string.Join(", ", compiled.MissingFiles.Take(5))}.", "Upload them, and give their hashes in \"files\".")
        : compiled;

    /// <summary>All that is wrong with a spec.</summary>
    public static ApiException Refused(IReadOnlyList<FieldError> errors) => new(
        422, "invalid",
        string.Join(' ', errors.Take(3).Select(error => error.Line is { } line ? $"Line {line}, {error.Field}: {error.Message} {error.Fix}" : $"{error.Field}: {error.Message} {error.Fix}"))
            + (errors.Count > 3 ? $" And {errors.Count - 3} more." : ""),
        errors);

    private static long? MaxOf(string? asked, JobPlan plan) => asked is null ? plan.MaxMicro : Amount(asked, "max_cpt");

    private static JobPriority PriorityOf(string? asked, JobPlan plan) =>
        asked is null ? plan.Priority
        : Enum.TryParse<JobPriority>(asked, ignoreCase: true, out var priority) && Enum.IsDefined(priority) && !int.TryParse(asked, out _) ? priority
        : throw ApiException.Invalid("priority", $"There is no priority \"{asked}\".", "Write low, normal, high or urgent.");

    private static string BodyHash(JobRequest request) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, HubJson.Default.JobRequest)));

    private JobModel Model(JobOrder order)
    {
        var (plan, tasks) = (order.Job.Plan, order.Job.Plan.Steps.Sum(step => step.Count));
        return new JobModel(
            order.Accepted!.Id, plan.Name, "queued", null, JobViews.Word(plan.Priority), people.NameOf(order.Caller.User) ?? order.Caller.Username, time.GetUtcNow(), null, null,
            tasks, new TaskCounts(tasks, 0, 0, 0, 0, 0, 0, 0), null, order.Accepted.HoldMicro == 0 ? null : JobViews.Cpt(order.Accepted.HoldMicro));
    }
}
