using System.Security.Cryptography;
using System.Text;

namespace Muster.Hub.Jobs.Pool.Rules;

/// <summary>
/// Whether a result is believed. BOINC's rule: with copies asked for, a node with a streak of at least ten verified results is
/// believed alone, except once in so many times as its streak is long; a mismatch ends the streak.
/// </summary>
internal static class Quorum
{
    /// <summary>How many copies the first lease of a task asks for.</summary>
    public static int CopiesFor(PoolTurn turn, PoolTask task, PoolNode node)
    {
        var copies = task.Step.Plan.Copies;
        var believed = copies > 1 && node.Streak >= turn.Settings.TrustedStreak && node.Trust == TrustLevel.Trusted
            && turn.Luck(task, task.LastAttempt) % (ulong)node.Streak != 0;
        return believed ? 1 : copies;
    }

    public static void Succeeded(PoolTurn turn, PoolAttempt attempt)
    {
        if (attempt.Task.Job.Plan.Probe is { } probe)
        {
            ProbeRules.Judge(turn, attempt, probe);
        }

        if (attempt.Task.Step.Plan.Gang)
        {
            GangRules.Done(turn, attempt);
        }
        else if (attempt.Task.CopiesWanted == 1)
        {
            Accept(turn, attempt.Task, attempt);
        }
        else
        {
            Compare(turn, attempt.Task);
        }
    }

    /// <summary>The program itself failed. Of several copies a failure is a result like another.</summary>
    public static void Failed(PoolTurn turn, PoolAttempt attempt)
    {
        var task = attempt.Task;
        if (task.CopiesWanted > 1)
        {
            Compare(turn, task);
            return;
        }

        Billing.Earned(turn, attempt);
        Again(turn, task, attempt);
    }

    /// <summary>The next thing for a task of several copies: another copy, or to wait for those that run.</summary>
    public static void Next(PoolTurn turn, PoolTask task)
    {
        if (!task.NeedsAttempt)
        {
            TaskRules.Set(turn, task, task.HasOpenAttempts ? TaskState.Running : TaskState.Verifying);
            return;
        }

        TaskRules.Set(turn, task, TaskState.Verifying);
        task.Step.AddAgain(task);
        task.Step.Needs.Stuck = false;
        turn.State.Ready.Enqueue(task.Step);
    }

    private static void Compare(PoolTurn turn, PoolTask task)
    {
        var results = task.Attempts.Where(attempt => attempt.Current && attempt.IsResult).ToList();
        var largest = results.GroupBy(Fingerprint).OrderByDescending(group => group.Count()).ThenBy(group => group.Min(attempt => attempt.Number)).FirstOrDefault()?.ToList() ?? [];
        if (largest.Count >= task.Step.Plan.Copies)
        {
            Agree(turn, task, results, largest);
        }
        else if (task.Attempts.Count(attempt => attempt.Current && attempt.State.IsOpen()) + largest.Count >= task.Step.Plan.Copies)
        {
            Next(turn, task);
        }
        else if (results.Count >= task.Step.Plan.Copies + turn.Settings.ExtraCopies)
        {
            results.ForEach(attempt => Billing.Unpaid(turn, attempt));
            TaskRules.End(turn, task, TaskState.Failed, $"{results.Count} copies gave different results: nobody can say which is right.");
        }
        else
        {
            // ↻ mismatch: one more copy decides
            task.CopiesWanted = Math.Max(task.CopiesWanted, results.Count + 1);
            Next(turn, task);
        }
    }

    private static void Agree(PoolTurn turn, PoolTask task, List<PoolAttempt> results, List<PoolAttempt> agreeing)
    {
        foreach (var attempt in results)
        {
            var right = agreeing.Contains(attempt);
            TrustRules.Checked(turn, attempt.Node, right);
            if (right)
            {
                Billing.Earned(turn, attempt);
            }
            else
            {
                Billing.Unpaid(turn, attempt);
            }
        }

        TaskRules.StopAttempts(turn, task, "superseded");
        if (agreeing[0].End!.Outcome == AttemptOutcome.Succeeded)
        {
            Winner(turn, task, agreeing[0]);
            return;
        }

        task.CopiesWanted = task.Step.Plan.Copies;
        Again(turn, task, agreeing[0]);
    }

    private static void Accept(PoolTurn turn, PoolTask task, PoolAttempt attempt)
    {
        Billing.Earned(turn, attempt);
        Winner(turn, task, attempt);
    }

    public static void Winner(PoolTurn turn, PoolTask task, PoolAttempt attempt)
    {
        task.Winner = attempt;
        TaskRules.End(turn, task, TaskState.Succeeded);
    }

    private static void Again(PoolTurn turn, PoolTask task, PoolAttempt attempt)
    {
        if (++task.Failures > task.Step.Plan.Retries)
        {
            TaskRules.End(turn, task, TaskState.Failed, Reasons.Of(attempt.End!));
            return;
        }

        task.Attempts.ForEach(before => before.Current = false);
        (task.Avoid ??= []).Add(attempt.Node);
        if (task.Step.Plan.Gang)
        {
            GangRules.Broken(turn, task, turn.Settings.Backoff(task.Failures, turn.Luck(task, attempt.Number)));
        }
        else
        {
            TaskRules.Requeue(turn, task, turn.Settings.Backoff(task.Failures, turn.Luck(task, attempt.Number)));
        }
    }

    /// <summary>Exit code and, of a success, the hash of what came: the result itself and the files, whatever the node says of them.</summary>
    private static string Fingerprint(PoolAttempt attempt)
    {
        var end = attempt.End!;
        if (end.Outcome != AttemptOutcome.Succeeded)
        {
            return $"{end.Outcome} {end.ExitCode}";
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(SHA256.HashData(end.Result.Span));
        foreach (var output in end.Outputs.OrderBy(output => output.Path, StringComparer.Ordinal))
        {
            hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(output.Path)));
            hash.AppendData(SHA256.HashData(output.Sha256.Span));
        }

        return $"{end.ExitCode} {Convert.ToHexString(hash.GetHashAndReset())}";
    }
}
