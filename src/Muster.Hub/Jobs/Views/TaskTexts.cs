using Muster.Hub.Api;

namespace Muster.Hub.Jobs.Views;

/// <summary>Sentences about tasks, where a person or their assistant asks for one in a conversation.</summary>
internal static class TaskTexts
{
    /// <summary>In place of one that speaks of a job, which nobody asked for.</summary>
    public static ApiException Unknown(string typed, bool chinese)
    {
        var id = typed.TrimStart('#');
        return new ApiException(404, "not_found", chinese ? $"你没有任务 #{id}。/tasks 列出任务。" : $"There is no task #{id} of yours. /tasks lists those that there are.");
    }
}
