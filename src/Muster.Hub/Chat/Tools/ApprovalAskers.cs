using System.Globalization;
using Muster.Hub.Accounts;
using Muster.Hub.Background;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Chat.Threads;
using Muster.Hub.Copies;
using Muster.Hub.Fleet;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Nodes;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Store;
using Muster.Hub.Jobs.Views;
using Muster.Hub.Planning;
using Muster.Hub.Routing;
using Muster.Protocol.Ids;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Chat.Tools;

/// <summary>Whose calls machines ask about: a run's of their own, one's that copies files from or to them, and those of agents of a plan's steps.</summary>
internal sealed class ApprovalAskers(CopyBook copies, PoolLoop pool)
{
    /// <returns>Null: it was stopped, is over, or is another machine's.</returns>
    public ApprovalAsker? Of(Transaction tx, NodeSnapshot node, ApprovalRequest request)
    {
        if (request.Ref is not null)
        {
            return OfStep(tx, node, PoolFrames.Name(request.Ref));
        }

        return RunStore.Find(tx, request.RunId) is { } run && (run.State == "running" || (run.State == "ended" && BackgroundRuns.GoesOn(tx, run.Id)))
            && (run.NodeId == node.Id.ToString() || copies.Serves(node.Id, run.Id))
            ? new ApprovalAsker(run)
            : null;
    }

    /// <summary>The agent's task counts as paused.</summary>
    public void Waits(Transaction tx, NodeSnapshot node, ApprovalAsker asker, string tool)
    {
        if (asker.Attempt is { } attempt)
        {
            tx.OnCommitted(() => pool.Hear(new AttemptWaits(node.Id, attempt, PlanTexts.WaitsForYes(tool, asker.Chinese))));
        }
    }

    /// <summary>One of its questions is answered, or is not asked any more: it goes on where nothing else of it waits.</summary>
    /// <param name="attempt">Empty: a run asked, and nobody but it waits.</param>
    public void GoesOn(Transaction tx, string node, string attempt)
    {
        if (attempt.Length > 0 && tx.Scalar<long>("select count(*) from approvals where attempt = @attempt and state = 'waiting'", new { attempt }) == 0)
        {
            tx.OnCommitted(() => pool.Hear(new AttemptWaits(Id<Node>.Parse(node), Named(attempt), null)));
        }
    }

    /// <summary>In the transaction of the pool's turn: an attempt that is over asks for nothing more. One that is lost may come back, until another takes its place.</summary>
    public static void Over(Transaction tx, ThreadStore threads, PoolEffects effects)
    {
        foreach (var task in effects.Tasks.Where(task => task.Job.Plan.Chat is not null))
        {
            var asking = task.State.IsFinal() ? null : task.Attempts.LastOrDefault(attempt => attempt.Current && (attempt.State.IsOpen() || attempt.State == AttemptState.Lost));
            Approvals.Withdraw(
                tx, threads, "state = 'waiting' and attempt like @any and attempt <> @asking",
                new { any = Text(new AttemptName(task.Job.Number, task.Index, 0))[..^1] + "%", asking = asking is null ? "" : Text(new AttemptName(task.Job.Number, task.Index, asking.Number)) });
        }
    }

    private static ApprovalAsker? OfStep(Transaction tx, NodeSnapshot node, AttemptName attempt) =>
        OpenAttempts.GoesOn(tx, node.Id, attempt) && PoolStore.Plan(tx, attempt.Job) is { Chat: { } chat } plan && RunStore.Find(tx, chat.Run) is { State: "running" } run
            ? new ApprovalAsker(run) { Attempt = attempt, Step = JobViews.StepOf(plan, attempt.Task).Step.Id, Chinese = IsChinese(tx, chat.Message) }
            : null;

    private static bool IsChinese(Transaction tx, string message) =>
        MessageStore.Find(tx, message) is { } asked && RouteTexts.IsChinese(asked.Text, UserStore.Find(tx, asked.UserId)?.Language ?? "en");

    internal static string Text(AttemptName attempt) => string.Create(CultureInfo.InvariantCulture, $"{attempt.Job}/{attempt.Task}/{attempt.Attempt}");

    private static AttemptName Named(string text) =>
        text.Split('/') is [var job, var task, var attempt]
            ? new AttemptName(long.Parse(job, CultureInfo.InvariantCulture), int.Parse(task, CultureInfo.InvariantCulture), int.Parse(attempt, CultureInfo.InvariantCulture))
            : throw new FormatException($"\"{text}\" names no attempt.");
}

/// <param name="Run">In whose conversation it is asked.</param>
internal sealed record ApprovalAsker(RunRow Run)
{
    /// <summary>Null: the run itself asks.</summary>
    public AttemptName? Attempt { get; init; }

    /// <summary>The step of a plan whose agent asks.</summary>
    public string? Step { get; init; }

    public bool Chinese { get; init; }

    /// <summary>Why it is asked, as the person is told.</summary>
    public string Reason(ApprovalRequest request, string node) => Step is null ? request.Reason : PlanTexts.InStep(Step, node, request.Reason, Chinese);

    public string AttemptText => Attempt is { } attempt ? ApprovalAskers.Text(attempt) : "";
}
