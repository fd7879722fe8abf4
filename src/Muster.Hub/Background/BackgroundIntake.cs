using Muster.Hub.Accounts;
using Muster.Hub.Chat;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Fleet;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Store;
using Muster.Protocol.Ids;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Background;

/// <summary>Tool calls that go on behind their runs become tasks of the pool. A node may tell only of calls of runs that it was given.</summary>
internal sealed class BackgroundIntake(Database database, NodeDirectory nodes, People people)
{
    private const int LongestLine = 4_000;
    private const int LongestName = 60;
    private const double LongestSeconds = 30 * 86_400;

    /// <returns>Null: the pool takes no notice of it. Why not, the node is told.</returns>
    public async Task<AdoptWork?> ReadAsync(NodeSnapshot node, BackgroundStarted started, CancellationToken cancel)
    {
        var (adopt, refusal) = await database.ReadAsync(tx => Read(tx, node, started), cancel);
        if (refusal is not null)
        {
            nodes.SendOrCut(node.Id, new Frame { BackgroundAdopted = new BackgroundAdopted { JobId = started.JobId, Refused = refusal } });
        }

        return adopt;
    }

    private (AdoptWork? Adopt, string? Refusal) Read(Transaction tx, NodeSnapshot node, BackgroundStarted started)
    {
        if (RunStore.Find(tx, started.RunId) is not { } run || run.NodeId != node.Id.ToString() || ConversationStore.Find(tx, run.ConversationId) is not { } conversation)
        {
            return (null, "Its run is not known to the hub.");
        }

        var job = Id<Job>.Within(Id<Run>.Parse(run.Id), started.CallId);
        if (job.ToString() != started.JobId)
        {
            return (null, "Its id is not that of its call.");
        }

        if (people.Get(conversation.UserId) is not { Disabled: false } user || user.Rank < Role.Member)
        {
            return (null, "Its user may not have work done.");
        }

        if (PoolStore.Job(tx, job.ToString()) is { Live: false })
        {
            return (null, null); // said once more, and over since
        }

        var line = Cut(started.Line, LongestLine);
        var plan = new JobPlan
        {
            Name = Cut(line.Trim().Split('\n')[0], LongestName) is { Length: > 0 } name ? name : Cut(started.Tool, LongestName),
            Background = new BackgroundPlan(conversation.Id, run.Id, run.NodeId, Cut(started.Tool, LongestName), line, Cut(started.Then, LongestLine), started.Language == "zh"),
            Steps =
            [
                new StepPlan
                {
                    Id = "background", Command = [line], AtMostOnce = true, TimeoutSeconds = double.IsFinite(started.MaxSeconds) ? Math.Clamp(started.MaxSeconds, 1, LongestSeconds) : LongestSeconds,
                    // It runs beside what the machine gives to the pool, whatever it takes.
                    Needs = new NeedsPlan { Cpu = 0.01, MemoryBytes = 1, DiskBytes = 1, Node = node.Name },
                },
            ],
        };
        var at = double.IsFinite(started.StartedAt) ? (long)(Math.Clamp(started.StartedAt, 0, 1e11) * 1000) : 0;
        return (new AdoptWork(new JobSubmission(job, user.Key, plan, 0, null), node.Id, node.Name, node.Owner, at), null);
    }

    private static string Cut(string text, int most) =>
        text.Length <= most ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1), "…");
}
