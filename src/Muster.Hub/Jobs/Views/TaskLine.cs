using Muster.Hub.Routing.Commands;
using Muster.Protocol.Ids;

namespace Muster.Hub.Jobs.Views;

/// <summary>A task in one line, as commands show it.</summary>
internal static class TaskLine
{
    /// <param name="name">Of its job, which has so many tasks.</param>
    public static string OfJob(string name, int tasks, TaskModel task, DateTimeOffset now) =>
        $"{Sign(task.State)} #{Id<TaskKind>.Parse(task.Id).Short} {task.State}{Elapsed(task, now)}{Place(task)}  {name}{(tasks == 1 ? "" : $" {task.Step}[{task.Index}]")}";

    /// <summary>Of a job that is known.</summary>
    public static string OfStep(TaskModel task, DateTimeOffset now) => $"{Sign(task.State)} {task.Step}  {task.State}{Elapsed(task, now)}{Place(task)}";

    private static string Sign(string state) => state switch
    {
        "succeeded" => "✅",
        "failed" or "expired" => "❌",
        "cancelled" or "skipped" => "⏹",
        _ => "⏳",
    };

    private static string Place(TaskModel task) => task.Node is { } node ? $"  {node}" : "";

    private static string Elapsed(TaskModel task, DateTimeOffset now) => task.StartedAt is { } began ? $" {NodesCommand.Age((task.EndedAt ?? now) - began)}" : "";
}
