using Muster.Hub.Chat.Runs;
using Muster.Hub.Fleet;
using Muster.Hub.Fleet.Enrolment;
using Muster.Hub.Fleet.Permissions;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Accounts.Users;

/// <summary>What a user has going on, when the account is disabled or removed. Each step can be done twice.</summary>
internal sealed class Departure(Database database, AskedRuns runs, PoolLoop pool, NodeDirectory nodes, Enrolments enrolments, NodePermissions permissions)
{
    /// <summary>Runs are stopped, programs that serve functions are let go, and jobs pause until somebody resumes them.</summary>
    public async Task PauseAsync(Id<User> user)
    {
        await RemoveAsync(user, node => node.Dialect == NodeDialect.Worker);
        await runs.StopAsync(user);
        foreach (var job in await JobsAsync(user))
        {
            await pool.ApplyAsync(new PauseJob(job, "Its user's account is disabled."));
        }
    }

    public Task StopRunsAsync(Id<User> user) => runs.StopAsync(user);

    /// <summary>Runs are stopped, jobs cancelled, and the user's machines leave the fleet.</summary>
    public async Task EndAsync(Id<User> user)
    {
        await runs.StopAsync(user);
        foreach (var job in await JobsAsync(user))
        {
            await pool.ApplyAsync(new CancelWork(job, null, "Its user's account was removed."));
        }

        await RemoveAsync(user, _ => true);
        await database.WriteAsync(tx => permissions.Forget(tx, user));
    }

    private async Task RemoveAsync(Id<User> user, Func<NodeSnapshot, bool> which)
    {
        foreach (var node in nodes.All.Where(node => node.Owner == user && which(node)))
        {
            await enrolments.RemoveAsync(node.Id, null, CancellationToken.None);
        }
    }

    private async Task<IReadOnlyList<Id<Job>>> JobsAsync(Id<User> user) =>
    [
        .. (await database.ReadAsync(tx => tx.Query<string>("select id from jobs where owner = @owner and live = 1 order by number", new { owner = user.ToString() })))
            .Select(id => Id<Job>.Parse(id)),
    ];
}
