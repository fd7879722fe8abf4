using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Agents.Tools.Fleet;

/// <summary>
/// Gives the pool a job in the user's name. The hub knows it by the call's id, so that a call that is repeated makes one job; with
/// <c>wait</c> the call returns what came of it, and a call that is stopped cancels the job.
/// </summary>
public sealed class SubmitJobTool : Tool
{
    private const int LongestWait = 86_400;
    private const int HubWaits = 5;
    private const int Tries = 3;
    private static readonly TimeSpan _parting = TimeSpan.FromSeconds(1);
    private static readonly string[] _kinds = ["command", "objective", "spec"];
    private readonly HubCalls _hub;
    private readonly TimeProvider _time;

    public SubmitJobTool(HubCalls hub, TimeProvider time) => (_hub, _time) = (hub, time);

    public override string Name => "submit_job";

    public override string Description =>
        "Gives the pool of all machines a job: a command (a sandbox of its own, no files of this machine), an objective for a fresh agent, or a whole spec. Returns its id at once; with wait what came of it.";

    public override JsonElement Parameters { get; } = Arguments.Schema("""
        {"type": "object", "properties": {
          "command": {"type": "string", "description": "What sh -c runs in a sandbox of its own on one machine."},
          "objective": {"type": "string", "description": "In place of a command: what a fresh agent is to achieve."},
          "spec": {"type": "string", "description": "In place of both: a job's spec as YAML or JSON, for several tasks, inputs or outputs."},
          "name": {"type": "string", "description": "What people see in lists."},
          "needs": {"type": "object", "description": "Of a command or objective: cpu, memory, disk, gpu, node, labels, network, isolation, as in a spec."},
          "image": {"type": "string", "description": "Container image for the command."},
          "task_timeout": {"type": "string", "description": "Of one try: 10m, 2h. 10 minutes by default."},
          "max_cpt": {"type": "string", "description": "Most credits that it may cost; by default what the quote says."},
          "max_model_cpt": {"type": "string", "description": "Of an objective: most credits that its models may cost; needed where another person's machine with a price does it."},
          "wait": {"type": "number", "description": "Seconds to wait for its end; by default it is not waited for.", "default": 0}
        }}
        """);

    /// <summary>The hub knows a call by its id.</summary>
    public override Replay Replay => Replay.Safe;

    public override bool MayTakeLong => true;

    /// <summary>What it would cost and where it could run, as the hub says now.</summary>
    public override async Task<string?> ReasonAsync(ToolCall call, CancellationToken abort)
    {
        var seen = Parse(await _hub("jobs.preview", Wanted(call), abort), FleetToolJson.Plain.JobQuote);
        var cost = seen.Quote is null or "0" ? "It costs nothing" : $"It costs up to {seen.Quote} credits";
        var tasks = seen.Tasks == 1 ? "1 task" : string.Create(CultureInfo.InvariantCulture, $"{seen.Tasks} tasks");
        var where = seen.Nodes.Count == 0 ? $"no machine that is online could take it{(seen.Problem is { } why ? $" ({why})" : "")}, so it would wait"
            : $"could run on {string.Join(", ", seen.Nodes)}";
        return $"submit_job would give the pool {tasks}: {cost}; {where}.";
    }

    public override async Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort)
    {
        var json = Wanted(call);
        var wait = call.Real("wait", 0, 0, LongestWait);
        try
        {
            var job = Parse(await SubmitAsync(json, abort), FleetToolJson.Plain.JobSaid);
            return Said(wait <= 0 ? job : await UntilOverAsync(call, job, TimeSpan.FromSeconds(wait), abort));
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            await CancelAsync(call.Id);
            throw;
        }
    }

    /// <summary>An answer that is lost is asked for again: the hub finds what it made.</summary>
    private async Task<string> SubmitAsync(string json, CancellationToken abort)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await _hub("jobs.submit", json, abort);
            }
            catch (HubSilentException) when (attempt < Tries)
            {
                // The question is the same as before, and so is its job.
            }
        }
    }

    private async Task<JobSaid> UntilOverAsync(ToolCall call, JobSaid job, TimeSpan wait, CancellationToken abort)
    {
        var began = _time.GetTimestamp();
        while (!job.Over && wait - _time.GetElapsedTime(began) is var left && left > TimeSpan.Zero)
        {
            try
            {
                var ask = JsonSerializer.Serialize(new JobAsked(job.Id, Math.Min(HubWaits, left.TotalSeconds)), FleetToolJson.Plain.JobAsked);
                job = Parse(await _hub("jobs.show", ask, abort), FleetToolJson.Plain.JobSaid);
                call.Update(ToolResult.FromText($"{job.Id}: {job.State}"));
            }
            catch (HubSilentException)
            {
                // The link may be back in a moment; the job goes on whatever becomes of it.
            }
        }

        return job;
    }

    /// <summary>By the call's own id: that of the job may not have come yet.</summary>
    private async Task CancelAsync(string key)
    {
        try
        {
            await _hub("jobs.cancel", new JsonObject { ["key"] = key }.ToJsonString(), CancellationToken.None).WaitAsync(_parting, _time);
        }
        catch (Exception error) when (error is ToolException or TimeoutException)
        {
            // The question is in the outbox, and reaches the hub when the link is back.
        }
    }

    private static string Wanted(ToolCall call)
    {
        if (_kinds.Count(kind => call.Optional(kind) is { } text && text.Trim().Length > 0) != 1)
        {
            throw new ToolException("submit_job needs one of \"command\", \"objective\" and \"spec\".");
        }

        var wanted = JsonNode.Parse(call.Arguments.GetRawText())!.AsObject();
        wanted.Remove("wait");
        wanted["key"] = call.Id;
        return wanted.ToJsonString();
    }

    private static ToolResult Said(JobSaid job) => ToolResult.FromText(JsonSerializer.Serialize(job, FleetToolJson.Plain.JobSaid));

    private static T Parse<T>(string json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new JsonException("null");
        }
        catch (JsonException)
        {
            throw new ToolException("The hub answered what this machine does not understand: update the older one of them (muster update).");
        }
    }
}

/// <param name="Nodes">Machines that could take it now.</param>
/// <param name="Problem">Why none could.</param>
internal sealed record JobQuote(string? Quote, int Tasks, IReadOnlyList<string> Nodes, string? Problem);

/// <param name="Wait">Seconds that the hub may hold its answer back for the end.</param>
internal sealed record JobAsked(string Id, double Wait);

/// <param name="Link">Where a person finds it.</param>
/// <param name="Results">Of each task that is over, as far as one answer holds them.</param>
internal sealed record JobSaid(string Id, string State, bool Over, string Link, string? Reason, string? Cost, IReadOnlyList<JobTaskSaid>? Results);

/// <param name="Output">What an agent or function gave, or the end of what a command printed.</param>
internal sealed record JobTaskSaid(string Task, string State, string? Node, int? ExitCode, string? Output, string? Reason);
