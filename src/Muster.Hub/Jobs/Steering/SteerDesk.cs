using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Fleet;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Routing.Commands;
using Muster.Hub.Jobs.Store;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Jobs.Steering;

/// <summary>
/// Lets a person say something to agents of tasks while they work. It is stored before anybody is told, given to each agent once, to those too that
/// begin later or again, and what none took up is told to whoever said it.
/// </summary>
internal sealed class SteerDesk(Database database, PoolLoop pool, JobDesk jobs, NodeDirectory nodes, TimeProvider time)
{
    public const int LongestText = 20_000;

    /// <summary>Of one job.</summary>
    public const int Most = 50;

    /// <param name="id">A job, or one of its tasks.</param>
    /// <exception cref="ApiException">It is not the caller's, or nobody of it could hear it.</exception>
    public async Task<SteeredModel> SteerAsync(SignedIn caller, string id, SteerRequest request, CancellationToken cancel)
    {
        var (row, task) = await jobs.FindWorkAsync(caller, id, cancel);
        if (row.Owner != caller.User.ToString())
        {
            throw ApiException.Forbidden("Only whoever submitted a job says what its agents do: they act with the rights of that person.");
        }

        if (string.IsNullOrWhiteSpace(request.Text) || request.Text.Length > LongestText)
        {
            throw ApiException.Invalid("text", $"What is said has 1 to {LongestText} characters.", "Say in a sentence what is to be done otherwise.");
        }

        if (StopWords.Is(request.Text))
        {
            throw ApiException.Invalid("text", "A stop is nothing that an agent is told: nobody was.", $"End it with the stop button of the job's page, or with: muster job cancel {id}");
        }

        var message = new SteeringRow(MessageId(request.Id), task, caller.User.ToString(), request.Text, request.Interrupt, time.GetUtcNow().ToUnixTimeMilliseconds());
        if (await database.ReadAsync(tx => SteeringStore.All(tx, row.Id), cancel) is var said && said.FirstOrDefault(one => one.MessageId == message.MessageId) is { } before
            && (before.Text, before.Task) != (message.Text, message.Task))
        {
            throw ApiException.Conflict("Something else was said to this job with this id: each message needs its own.");
        }

        var listeners = await ListenersAsync(row, task, cancel);
        var taken = false;
        await pool.ApplyAsync(new SteerWork(Id<Job>.Parse(row.Id), task), tx => taken = SteeringStore.TryAdd(tx, row.Id, message, Most), cancel);
        if (!taken)
        {
            throw ApiException.Conflict($"{Most} things were said to this job already: cancel it, and submit one that says all of them.");
        }

        return new SteeredModel(message.MessageId, [.. listeners.Select(listener => SteeringListeners.Model(Id<Job>.Parse(row.Id), listener))]);
    }

    /// <summary>Who of a job would hear it now, and who could not; null: the job is over, or is none yet.</summary>
    public Task<IReadOnlyList<SteeringListener>?> ListenersAsync(Id<Job> job, int? task, CancellationToken cancel) =>
        pool.AskAsync((state, _) => SteeringListeners.Of(state, nodes, job, task), cancel);

    private async Task<IReadOnlyList<SteeringListener>> ListenersAsync(JobRow row, int? task, CancellationToken cancel)
    {
        var shown = Id<Job>.Parse(row.Id).Short;
        if (await ListenersAsync(Id<Job>.Parse(row.Id), task, cancel) is not { } all)
        {
            throw ApiException.Conflict($"{row.Name} is over, so nobody of it can be told anything. What came of it: muster job show {shown}");
        }

        if (all.Any(listener => listener.Deaf is null))
        {
            return all;
        }

        throw ApiException.Conflict(
            all.Count > 0 ? all[0].Deaf!
            : await IsAgentAsync(row, task, cancel) ? $"{(task is null ? "All agents" : "The agent")} of it {(task is null ? "are" : "is")} over. What goes on: muster job show {shown}"
            : $"Only agents can be told something, and {(task is null ? $"{row.Name} has none" : "this task is none")}: its commands run as they were submitted.");
    }

    private Task<bool> IsAgentAsync(JobRow row, int? task, CancellationToken cancel) => database.ReadAsync(
        tx => PoolStore.Plan(tx, row.Number)! is { Background: null } plan
            && (task is { } index ? Views.JobViews.StepOf(plan, index).Step.Runtime == TaskRuntime.Agent : plan.Steps.Any(step => step.Runtime == TaskRuntime.Agent)),
        cancel);

    private string MessageId(string? given) => given is null ? Id<Message>.New(time).ToString()
        : Id<Message>.TryParse(given, out var id) ? id.ToString()
        : throw ApiException.Invalid("id", $"\"{given}\" is no id of a message.", "Leave it out, or send msg_ with a ULID; the same one again is taken once.");
}
