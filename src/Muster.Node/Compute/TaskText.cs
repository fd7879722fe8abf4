using System.Globalization;
using Muster.Protocol.Jobs;
using Muster.Protocol.Wire;

namespace Muster.Node.Compute;

/// <summary>Fills in what a spec leaves to the node.</summary>
internal sealed class TaskText(Lease lease, Work work)
{
    public string Fill(string text) => Placeholders.Fill(text, (long)lease.Index, (long)work.ArrayCount);

    public Dictionary<string, string> Environment()
    {
        var all = work.Environment.ToDictionary(entry => entry.Key, entry => Fill(entry.Value), StringComparer.Ordinal);
        all["MUSTER_JOB"] = work.JobId;
        all["MUSTER_TASK"] = AttemptNames.TaskId(work, lease.Ref);
        all["MUSTER_ATTEMPT"] = lease.Ref.Attempt.ToString(CultureInfo.InvariantCulture);
        all["MUSTER_STEP"] = work.Step;
        all["MUSTER_INDEX"] = Index;
        if (lease.Hosts.Count > 0)
        {
            all["MUSTER_RANK"] = lease.Rank.ToString(CultureInfo.InvariantCulture);
            all["MUSTER_HOSTS"] = string.Join(',', lease.Hosts);
        }

        return all;
    }

    private string Index => lease.Index.ToString(CultureInfo.InvariantCulture);
}
