using Muster.Hub.Chat.Assistant;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Events;
using Muster.Hub.Jobs.Steering;
using Muster.Hub.Spending;

namespace Muster.Hub.Planning;

/// <summary>What every plan that runs in a conversation shares.</summary>
internal sealed record PlanKit(AssistantOptions Options, PlanDesk Desk, PlanMerge Merge, PlanMending Mending, JobIntake Jobs, SteerDesk Steering, PoolLoop Pool, JobFeeds Feeds, HubPurses Purses);
