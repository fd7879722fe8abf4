using System.Text;
using System.Text.Json;
using Muster.Hub.Jobs;
using Muster.Hub.Together;

namespace Muster.Hub.Background;

/// <summary>What a tool gave, for a person: tables that are made for models are put into words.</summary>
internal static class SpokenOutput
{
    /// <param name="output">All of it.</param>
    public static string Of(BackgroundPlan plan, string output)
    {
        try
        {
            return plan.Tool switch
            {
                "fleet" when JsonSerializer.Deserialize(output, BackgroundJson.Default.FleetTable) is { } table => table.Text(plan.Chinese),
                "submit_job" when JsonSerializer.Deserialize(output, BackgroundJson.Default.JobHead) is { } job => Spoken(job, plan.Chinese),
                _ => output,
            };
        }
        catch (JsonException)
        {
            return output; // a sentence already
        }
    }

    private static string Spoken(JobHead job, bool chinese)
    {
        var text = new StringBuilder(chinese ? $"作业 {job.Id}：{job.State}" : $"Job {job.Id}: {job.State}");
        if (job.Reason is { Length: > 0 } reason)
        {
            text.Append(chinese ? "，" : ", ").Append(reason);
        }

        foreach (var result in job.Results ?? [])
        {
            text.Append("\n- ").Append(result.Task).Append(result.Node is { } node ? (chinese ? $"（{node}）" : $" on {node}") : "").Append(": ").Append(result.State);
            if ((result.Output is { Length: > 0 } said ? said : result.Reason) is { } more && more.Trim().Length > 0)
            {
                text.Append('\n').Append(more.Trim());
            }
        }

        return text.ToString();
    }
}

/// <summary>What is told of a job by the tool that submitted it.</summary>
internal sealed record JobHead
{
    public required string Id { get; init; }

    public required string State { get; init; }

    public string? Reason { get; init; }

    public IReadOnlyList<JobResultHead>? Results { get; init; }
}

internal sealed record JobResultHead(string Task, string State, string? Node, string? Output, string? Reason);
