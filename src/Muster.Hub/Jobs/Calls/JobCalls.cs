using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Chat;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Chat.Tools;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Store;
using Muster.Hub.Jobs.Views;
using Muster.Hub.Spending;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Jobs.Calls;

/// <summary>The tool <c>submit_job</c>: jobs of a run's user, through the same door as anybody's, with that user's rights, prices and credits.</summary>
internal sealed class JobCalls(Database database, JobIntake intake, JobDesk desk, People people) : IRunWork
{
    private const int MostNodes = 10;
    private const int MostShown = 20;
    private const int LongestOutput = 4_000;
    private const double LongestWait = 8;
    private const string TheTask = "main";

    public string Area => "jobs";

    public async Task<string?> AnswerAsync(RunAsked asked, CancellationToken cancel)
    {
        if (asked.Verb is not ("preview" or "submit" or "show" or "cancel"))
        {
            return null;
        }

        var caller = Caller(asked);
        return asked.Verb switch
        {
            "preview" => await PreviewAsync(caller, asked, cancel),
            "submit" => await SubmitAsync(caller, asked, cancel),
            "show" => await ShowAsync(caller, asked.Text("id"), TimeSpan.FromSeconds(asked.Seconds("wait", LongestWait)), cancel),
            _ => await CancelAsync(caller, asked.Text("id") is { Length: > 0 } id ? id : IdOf(asked).ToString(), cancel),
        };
    }

    private async Task<string> PreviewAsync(SignedIn caller, RunAsked asked, CancellationToken cancel)
    {
        var preview = await intake.PreviewAsync(caller, Request(asked), cancel);
        var fitting = preview.Steps!.SelectMany(step => step.Nodes).Where(node => node.Fits).Select(node => node.Node).Distinct(StringComparer.Ordinal).ToList();
        return EventJson.Write(json =>
        {
            json.WriteString("quote", preview.Quote);
            json.WriteNumber("tasks", preview.Tasks ?? 0);
            json.WriteStartArray("nodes");
            fitting.Take(MostNodes).ToList().ForEach(json.WriteStringValue);
            if (fitting.Count > MostNodes)
            {
                json.WriteStringValue($"{fitting.Count - MostNodes} more");
            }

            json.WriteEndArray();
            if (fitting.Count == 0)
            {
                var said = preview.Steps!.SelectMany(step => step.Nodes).Where(node => node.Reason is not null).Select(node => $"{node.Node}: {node.Reason}").Take(3);
                json.WriteString("problem", preview.Steps!.Select(step => step.Problem).FirstOrDefault(problem => problem is not null) ?? string.Join("; ", said));
            }
        });
    }

    /// <summary>Once: the job has its id from the call, so one that is asked for again is there.</summary>
    private async Task<string> SubmitAsync(SignedIn caller, RunAsked asked, CancellationToken cancel)
    {
        if (!asked.MayRun)
        {
            throw ApiException.Forbidden("The message that this run is for was sent with a credential that may not run jobs. The person can do it: muster run -- CMD.");
        }

        var id = IdOf(asked);
        if (await database.ReadAsync(tx => PoolStore.Job(tx, id.ToString()), cancel) is null)
        {
            await intake.SubmitAsync(await database.ReadAsync(tx => SpendingScopes.Caller(tx, caller, asked.Run), cancel), id, Request(asked), cancel);
            if (await database.ReadAsync(tx => RunStore.Find(tx, asked.Run.Id) is { Stopping: true }, cancel))
            {
                await CancelAsync(caller, id.ToString(), cancel); // the stop came while it was taken in
            }
        }

        return await ShowAsync(caller, id.ToString(), TimeSpan.Zero, cancel);
    }

    /// <summary>Not that of the call's own background task, which has its id from the same call.</summary>
    private static Id<Job> IdOf(RunAsked asked) => Id<Job>.Within(Id<Run>.Parse(asked.Run.Id), $"{asked.Text("key")}/job");

    private async Task<string> ShowAsync(SignedIn caller, string id, TimeSpan wait, CancellationToken cancel)
    {
        var job = await desk.WithResultsAsync(caller, id, wait, cancel);
        return await database.ReadAsync(tx => Show(tx, PoolStore.Job(tx, job.Id)!), cancel);
    }

    private async Task<string> CancelAsync(SignedIn caller, string id, CancellationToken cancel)
    {
        await desk.CancelAsync(caller, id, new CancelRequest("The request that waited for it was stopped."), cancel);
        return "{}";
    }

    private static string Show(Transaction tx, JobRow job)
    {
        var plan = PoolStore.Plan(tx, job.Number)!;
        var unwritten = Unwritten.Of(tx, job, plan);
        var results = PoolStore.Results(tx, job.Number, 0, MostShown).ToDictionary(result => result.Task);
        return EventJson.Write(json =>
        {
            json.WriteString("id", job.Id);
            json.WriteString("state", JobViews.Word(job.State));
            json.WriteBoolean("over", job.State.IsFinal());
            json.WriteString("link", $"muster job show {job.Id}");
            if (job.Reason is { } reason)
            {
                json.WriteString("reason", reason);
            }

            if (job.Spent > 0)
            {
                json.WriteString("cost", JobViews.Cpt(job.Spent));
            }

            json.WriteStartArray("results");
            foreach (var row in PoolStore.Tasks(tx, job.Number, 0, MostShown).Where(row => row.State.IsFinal()))
            {
                var task = JobViews.Of(job, plan, row.Index, row, unwritten);
                json.WriteStartObject();
                json.WriteString("task", task.Step);
                json.WriteString("state", task.State);
                json.WriteString("node", task.Node);
                if (task.ExitCode is { } code)
                {
                    json.WriteNumber("exit_code", code);
                }

                json.WriteString("output", Output(results.GetValueOrDefault(row.Index), row, task.Id));
                json.WriteString("reason", task.Reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    /// <summary>What an agent or function gave, or the end of what a command printed.</summary>
    private static string Output(ResultModel? result, TaskRow row, string task)
    {
        if (result?.Result is { } value)
        {
            return Cut(value.ValueKind == JsonValueKind.Object && value.TryGetProperty("output", out var output) && output.ValueKind == JsonValueKind.String ? output.GetString()! : value.GetRawText());
        }

        var end = TaskDetail.Parser.ParseFrom(row.Detail).Attempts.LastOrDefault(attempt => attempt.End is not null)?.End;
        return end is null ? "" : end.LogText.Length > 0 || end.Log is not { Size: > 0 } ? Cut(Encoding.UTF8.GetString(end.LogText.Span)) : $"muster job logs {task}";
    }

    private static string Cut(string text) => text.Length <= LongestOutput ? text : $"…{text[^LongestOutput..]}";

    /// <exception cref="ApiException">It says too little.</exception>
    private static JobRequest Request(RunAsked asked)
    {
        var most = asked.Text("max_cpt") is { Length: > 0 } cpt ? cpt : null;
        if (asked.Text("spec") is { Length: > 0 } spec)
        {
            return new JobRequest(JsonElement.Parse(JsonValue.Create(spec).ToJsonString()), null, most, null);
        }

        var task = new JsonObject { ["id"] = TheTask };
        foreach (var (from, to) in ((string, string)[])[("command", "command"), ("objective", "objective"), ("image", "image"), ("task_timeout", "timeout"), ("max_model_cpt", "max_model_cpt")])
        {
            if (asked.Text(from) is { Length: > 0 } text)
            {
                task[to] = text;
            }
        }

        if (asked.Arguments.TryGetProperty("needs", out var needs) && needs.ValueKind == JsonValueKind.Object)
        {
            task["needs"] = JsonNode.Parse(needs.GetRawText());
        }

        var job = new JsonObject { ["tasks"] = new JsonArray(task) };
        if (asked.Text("name") is { Length: > 0 } name)
        {
            job["name"] = name;
        }

        return new JobRequest(JsonElement.Parse(job.ToJsonString()), null, most, null);
    }

    private SignedIn Caller(RunAsked asked) => people.Get(asked.UserId) is { Disabled: false } user && user.Rank >= Role.Member
        // As a member sees it: an admin's assistant looks at no one else's jobs.
        ? user.As(Scopes.Ask | Scopes.Run | Scopes.Spend) with { Role = Role.Member }
        : throw ApiException.Forbidden("This run may not submit jobs: it is a guest's, or its user may not sign in any more.");
}
