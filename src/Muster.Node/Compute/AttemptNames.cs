using Muster.Protocol.Ids;
using Muster.Protocol.Wire;

namespace Muster.Node.Compute;

/// <summary>One attempt as everything on this node calls it.</summary>
internal static class AttemptNames
{
    public static string Of(Work work, AttemptRef name) => $"{TaskId(work, name)}.{name.Attempt}";

    public static string TaskId(Work work, AttemptRef name) =>
        Id<Job>.TryParse(work.JobId, out var job) && name.Task <= int.MaxValue ? TaskIds.Of(job, (int)name.Task).ToString() : $"task_{name.Job}_{name.Task}";
}
