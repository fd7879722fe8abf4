using Muster.Hub.Accounts;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Events;

namespace Muster.Hub.Planning;

/// <summary>What every plan that runs in a conversation shares.</summary>
internal sealed record PlanKit(PlanDesk Desk, PlanMerge Merge, JobIntake Jobs, PoolLoop Pool, JobFeeds Feeds, People People);
