using System.Text;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Jobs.Store;
using Muster.Hub.Routing.Commands;
using Muster.Protocol.Ids;

namespace Muster.Hub.Jobs.Views;

/// <summary>The newest jobs of whoever asks.</summary>
internal sealed class JobsCommand(People people) : ICommand
{
    private const int MostShown = 10;

    public string Name => "jobs";

    public (string Usage, string English, string Chinese) Help => ("/jobs", "your newest jobs", "你最近的作业");

    public CommandResult Run(CommandCall call)
    {
        var jobs = PoolStore.Jobs(call.Tx, call.User.Id, long.MaxValue, MostShown + 1);
        if (jobs.Count == 0)
        {
            return new CommandResult.Say(call.Chinese ? "还没有作业。muster run 或 muster job submit 提交一个。" : "There are no jobs yet. muster run or muster job submit makes one.");
        }

        var text = new StringBuilder(call.Chinese ? "作业（新的在前）：" : "Jobs, newest first:");
        foreach (var job in jobs.Take(MostShown).Select(row => JobViews.Of(row, people)))
        {
            var over = job.Tasks - job.Counts.Waiting - job.Counts.Running - job.Counts.Verifying;
            text.Append("\n#").Append(Id<Job>.Parse(job.Id).Short).Append("  ").Append(job.Name).Append("  ").Append(job.State)
                .Append(job.Tasks == 1 ? "" : $"  {over}/{job.Tasks}").Append(job.Reason is { } reason ? $"  {reason}" : "");
        }

        return new CommandResult.Say(text.Append(jobs.Count > MostShown ? (call.Chinese ? "\n…… 其余：muster job list" : "\n… the rest: muster job list") : "").ToString());
    }
}

/// <summary>The newest tasks of whoever asks: what runs, and what has ended.</summary>
internal sealed class TasksCommand(People people) : ICommand
{
    private const int MostShown = 10;

    public string Name => "tasks";

    public (string Usage, string English, string Chinese) Help => ("/tasks [ID]", "tasks that run, and the newest that ended; or one of them", "正在运行和最近结束的任务，或其中一个");

    public CommandResult Run(CommandCall call)
    {
        if (call.Argument.Length > 0)
        {
            return One(call);
        }

        var recent = TaskDesk.Recent(call.Tx, people, call.User.As(Scopes.All), MostShown, null, null).Items;
        if (recent.Count == 0)
        {
            return new CommandResult.Say(call.Chinese ? "没有任务。" : "There are no tasks.");
        }

        var text = new StringBuilder(call.Chinese ? "任务：" : "Tasks:");
        foreach (var (job, task) in recent.OrderBy(item => item.Task.EndedAt is null ? 0 : 1).Select(item => (item.Job, item.Task)))
        {
            text.Append('\n').Append(TaskLine.OfJob(job.Name, job.Tasks, task, call.Now));
        }

        return new CommandResult.Say(text.ToString());
    }

    private static CommandResult.Say One(CommandCall call)
    {
        try
        {
            var (job, index) = WorkFinder.Find(call.Tx, call.User.As(Scopes.All), call.Argument);
            var plan = PoolStore.Plan(call.Tx, job.Number)!;
            var row = PoolStore.Tasks(call.Tx, job.Number, index ?? 0, 1).FirstOrDefault(found => found.Index == (index ?? 0));
            var task = JobViews.Of(job, plan, index ?? 0, row, Unwritten.Of(call.Tx, job, plan));
            return new CommandResult.Say(
                $"{TaskLine.OfJob(job.Name, job.TaskCount, task, call.Now)}{(task.Reason is { Length: > 0 } reason ? $"\n{reason}" : "")}\nmuster job logs {Id<TaskKind>.Parse(task.Id).Short}");
        }
        catch (ApiException absent) when (absent.Status == 404)
        {
            return new CommandResult.Say(TaskTexts.Unknown(call.Argument, call.Chinese).Message, "warning");
        }
    }
}
