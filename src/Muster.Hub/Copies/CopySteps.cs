using Google.Protobuf;
using Muster.Hub.Accounts;
using Muster.Hub.Fleet;
using Muster.Protocol.Ids;
using Muster.Protocol.Transfers;
using Muster.Protocol.Wire;

namespace Muster.Hub.Copies;

/// <summary>Has a machine do its step of a copy: repeats the order until it is done, and gives up on a machine that is silent.</summary>
internal sealed class CopySteps(NodeDirectory nodes, People people, CopyOptions options, TimeProvider time)
{
    /// <param name="word">What the model shows meanwhile.</param>
    /// <exception cref="CopyException">It failed; the message is for the user.</exception>
    public async Task<CopyReport> DoAsync(Copy copy, CopyEnd end, CopyOrder order, string word, CancellationToken cancel)
    {
        Complete(copy, end, order);
        var step = copy.Step = new CopyStep(end.Node.Id, order.Step, order.Sha256.Length > 0 ? ContentHash.Of(order.Sha256.Span) : default);
        copy.Change(model => model with { Step = word, Bytes = 0, Total = (long)order.Size });
        try
        {
            var (heard, due) = (time.GetTimestamp(), TimeSpan.Zero);
            for (long sent = 0; ; due = options.Renew - time.GetElapsedTime(sent))
            {
                CheckStill(copy, end);
                if (due <= TimeSpan.Zero)
                {
                    nodes.TrySend(end.Node.Id, new Frame { CopyOrder = order.Clone() });
                    (sent, due) = (time.GetTimestamp(), options.Renew);
                }

                if (await NextAsync(step, due, cancel) is { } report)
                {
                    heard = time.GetTimestamp();
                    if (Take(copy, end, report) is { } done)
                    {
                        return done;
                    }
                }
                else if (time.GetElapsedTime(heard) > options.Silent)
                {
                    throw new CopyException($"{end.Node.Name} has not been heard of for {options.Silent.TotalSeconds:0} s: look whether it is on and connected, and copy again.");
                }
            }
        }
        finally
        {
            copy.Step = null;
        }
    }

    /// <summary>Both ends let go of it, and remove what is not whole.</summary>
    public void Stop(Copy copy)
    {
        foreach (var node in new[] { copy.Plan.From, copy.Plan.To }.OfType<CopyEnd>().Select(end => end.Node.Id).Distinct())
        {
            nodes.TrySend(node, new Frame { CopyOrder = new CopyOrder { CopyId = copy.Id, Step = CopyWords.End } });
        }
    }

    private void Complete(Copy copy, CopyEnd end, CopyOrder order)
    {
        var plan = copy.Plan;
        (order.CopyId, order.Path, order.Name, order.Overwrite) = (copy.Id, end.Path, plan.Name, plan.Overwrite);
        order.LeaseSeconds = (uint)Math.Max(1, options.Silent.TotalSeconds);
        if (plan.Run is { } run)
        {
            (order.RunId, order.ConversationId, order.AskedFrom) = (run.Id, run.Conversation, nodes.Find(Id<Node>.Parse(run.Node))?.Name ?? "another machine");
        }
    }

    /// <summary>The next report; null when the order is to be sent again before.</summary>
    private async Task<CopyReport?> NextAsync(CopyStep step, TimeSpan due, CancellationToken cancel)
    {
        using var sending = new CancellationTokenSource(due, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(sending.Token, cancel);
        try
        {
            return await step.Reports.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    private static CopyReport? Take(Copy copy, CopyEnd end, CopyReport report)
    {
        copy.Change(model => model with { Bytes = (long)Math.Min(report.Bytes, long.MaxValue), Total = (long)Math.Min(report.Size, long.MaxValue) });
        return report.State switch
        {
            CopyWords.Done => report,
            CopyWords.Failed => throw new CopyException($"{end.Node.Name}: {report.Error}"),
            _ => null,
        };
    }

    /// <summary>What was true when the copy was taken in.</summary>
    private void CheckStill(Copy copy, CopyEnd end)
    {
        var plan = copy.Plan;
        if (people.Get(plan.User.ToString()) is not { Disabled: false } user || user.Rank < Role.Member)
        {
            throw new CopyException("The account that asked for it may not copy files any more.");
        }

        if (nodes.Find(end.Node.Id) is not { } node)
        {
            throw new CopyException($"{end.Node.Name} was removed from the hub.");
        }

        if (!node.Users.Contains(plan.User))
        {
            throw new CopyException($"The account that asked for it may not use {end.Node.Name} any more.");
        }

        if (time.GetUtcNow() - copy.Model.CreatedAt > options.Longest)
        {
            throw new CopyException($"It was not over after {options.Longest.TotalHours:0} hours.");
        }

        if (plan.Run is not null && copy.Unasked > options.Unasked)
        {
            copy.Cancel("The agent that asked for it has not asked about it any more.");
        }
    }
}

/// <summary>A copy failed; the message is for the user.</summary>
internal sealed class CopyException(string message) : Exception(message);
