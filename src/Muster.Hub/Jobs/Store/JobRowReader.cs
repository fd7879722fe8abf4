using System.Data.Common;
using System.Text.Json;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Views;

namespace Muster.Hub.Jobs.Store;

/// <summary>Rows of jobs and tasks, read by position.</summary>
internal static class JobRowReader
{
    public static JobRow Read(DbDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), (JobState)row.GetInt64(4), row.IsDBNull(5) ? null : row.GetString(5),
        (JobPriority)row.GetInt64(6), row.GetInt64(7), Number(row, 8), Number(row, 9), row.GetInt64(10), (int)row.GetInt64(11),
        new CountRow(Count(row, 12), Count(row, 13), Count(row, 14), Count(row, 15), Count(row, 16), Count(row, 17), Count(row, 18)),
        row.GetInt64(19), row.GetInt64(20), row.GetInt64(21), Number(row, 22), row.GetInt64(23) == 1, (int)row.GetInt64(24));

    public static TaskRow Task(DbDataReader row) => new(
        row.GetInt64(0), (int)row.GetInt64(1), (TaskState)row.GetInt64(2), row.GetInt64(3), row.GetInt64(4) == 1, (int)row.GetInt64(5),
        row.GetFieldValue<byte[]>(6), row.IsDBNull(7) ? null : row.GetFieldValue<byte[]>(7));

    /// <summary>Of a task that is over a start needs no more than that it is.</summary>
    public static TaskRow TaskOver(DbDataReader row) => new(
        row.GetInt64(0), (int)row.GetInt64(1), (TaskState)row.GetInt64(2), row.GetInt64(3), Open: false, (int)row.GetInt64(5), [], null);

    public static ResultModel Result(DbDataReader row) => Result(
        (int)row.GetInt64(0), (TaskState)row.GetInt64(1), row.IsDBNull(2) ? null : row.GetFieldValue<byte[]>(2), row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3));

    public static ResultModel Result(TaskRow task) => Result(task.Index, task.State, task.Result, task.State == TaskState.Succeeded ? null : task.Detail);

    private static ResultModel Result(int task, TaskState state, byte[]? result, byte[]? detail)
    {
        var reason = detail is null ? null : TaskDetail.Parser.ParseFrom(detail).Reason;
        JsonElement? value = result is null ? null : JsonSerializer.Deserialize(result, Api.HubJson.Default.JsonElement);
        return new ResultModel(task, JobViews.Word(state), value, string.IsNullOrEmpty(reason) ? null : reason);
    }

    private static long? Number(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    private static int Count(DbDataReader row, int column) => (int)row.GetInt64(column);
}
