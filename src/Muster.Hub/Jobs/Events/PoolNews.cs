using Microsoft.Extensions.Logging;
using Muster.Hub.Accounts;
using Muster.Hub.Background;
using Muster.Hub.Chat.Threads;
using Muster.Hub.Chat.Tools;
using Muster.Hub.Fleet;
using Muster.Hub.Jobs.Pool;
using Muster.Storage;

namespace Muster.Hub.Jobs.Events;

/// <summary>Tells people what they would not look for: the admins of machines that gave a wrong result, the owner of a job of what it waits for.</summary>
internal sealed partial class PoolNews(NodeDirectory nodes, People people, BackgroundNews background, ThreadStore threads, ILogger<PoolNews> logger)
{
    private const int MostShown = 200;

    /// <summary>In the transaction of the turn: what may be told neither twice nor never.</summary>
    public void Write(Transaction tx, PoolEffects effects)
    {
        background.Write(tx, effects);
        ApprovalAskers.Over(tx, threads, effects);
    }

    /// <summary>After the commit.</summary>
    public void Tell(PoolEffects effects)
    {
        foreach (var node in effects.Wrong)
        {
            var (name, level) = (node.Terms.Name, node.Trust.ToString().ToLowerInvariant());
            LogWrong(name, level);
            foreach (var admin in people.Admins)
            {
                nodes.Tell(new FleetNotice(
                    admin, node.Id, "wrong_result", "warning", $"⚠️ A result of \"{name}\" was found wrong; its trust is {level} now. To take it out of the pool: muster node trust {name} --level suspended"));
            }
        }

        foreach (var notice in effects.Notices)
        {
            nodes.Tell(new FleetNotice(notice.Job.Owner.Id, null, notice.Kind, "warning", Sentence(notice)));
        }
    }

    private static string Sentence(PoolNotice notice)
    {
        var (name, id) = (notice.Job.Plan.Name, notice.Job.Id);
        return notice.Kind switch
        {
            PoolNotice.OutOfCredit => $"⚠️ The job \"{name}\" has used up its credits and is paused. What runs is kept for ten minutes and stopped then. To let it go on: muster job resume {id} --more 5",
            PoolNotice.Lost => $"⚠️ A task of the job \"{name}\" failed: {notice.Detail} did not come back in time, and the task may not run twice. To take it up again: muster job retry {id}",
            PoolNotice.Unheard => $"⚠️ No agent of the job \"{name}\" is known to have heard what you said: \"{Cut(notice.Detail)}\". What came of it: muster job show {id}",
            _ => throw new ArgumentOutOfRangeException(nameof(notice), notice.Kind, "There is no sentence for it."),
        };
    }

    private static string Cut(string text) => text.Length <= MostShown ? text : string.Concat(text.AsSpan(0, MostShown - (char.IsHighSurrogate(text[MostShown - 1]) ? 1 : 0)), "…");

    [LoggerMessage(LogLevel.Warning, "A result of {Node} was found wrong; its trust is {Level}")]
    private partial void LogWrong(string node, string level);
}
