using Muster.Agents.Offline;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Fleet;
using Muster.Hub.Jobs;
using Muster.Protocol.Ids;

namespace Muster.Hub.Together;

/// <summary>Which machines are meant, and which of them can be asked now.</summary>
internal sealed class FleetChoice(NodeDirectory nodes, PoolLoop pool)
{
    private const string Tag = "tag:";
    private const string Capability = "capability:";

    /// <exception cref="ApiException">No machine is meant, or a name is of none.</exception>
    public async Task<FleetPlan> PlanAsync(FleetOrder order, CancellationToken cancel)
    {
        var wish = order.Wish;
        var meant = await MeantAsync(order.Caller.User, wish.Select, cancel);
        var terms = await TermsAsync(cancel);
        var offline = meant.Where(node => !node.Online).Select(node => node.Name).ToList();
        var refused = meant.Where(node => node.Online).Select(node => (node.Name, Why: Refusal(node, terms.GetValueOrDefault(node.Id), order.Caller.User, wish))).ToList();
        return new FleetPlan(
            order.Conversation, order.Message, order.ApprovedBy, [.. refused.Where(one => one.Why is null).Select(one => one.Name)], offline,
            [.. refused.Where(one => one.Why is not null).Select(one => new FleetRefusal(one.Name, one.Why!))], wish.Concurrency);
    }

    public IReadOnlyList<string> Ids(Id<User> user, IReadOnlyList<string> names) =>
        [.. nodes.For(user).Where(node => names.Contains(node.Name, StringComparer.OrdinalIgnoreCase)).Select(node => node.Id.ToString())];

    private static string? Refusal(NodeSnapshot node, PoolTerms? terms, Id<User> user, FleetWish wish) =>
        terms is null ? "it takes no tasks"
        : terms.Closed is { } closed ? $"it takes no tasks now: {closed}"
        : node.Owner != user && !node.Runners.Contains(user) ? "its owner has not let you run tasks there"
        : wish.Request is { } request && node.Facts.Model is "" or OfflineModel.Name && OfflineModel.CallFor(request) is null ? "it has no model, and its rules know no such request"
        : null;

    private async Task<IReadOnlyList<NodeSnapshot>> MeantAsync(Id<User> user, string select, CancellationToken cancel)
    {
        var mine = nodes.For(user).Where(node => node.Dialect == NodeDialect.Muster).OrderBy(node => node.Name, StringComparer.OrdinalIgnoreCase).ToList();
        var terms = await TermsAsync(cancel);
        var meant = select.ToLowerInvariant() switch
        {
            "all" => mine,
            "linux" or "windows" => [.. mine.Where(node => node.Facts.Os.Contains(select, StringComparison.OrdinalIgnoreCase))],
            "macos" => [.. mine.Where(node => node.Facts.Os.Contains("mac", StringComparison.OrdinalIgnoreCase) || node.Facts.Os.Contains("darwin", StringComparison.OrdinalIgnoreCase))],
            var tagged when tagged.StartsWith(Tag, StringComparison.Ordinal) => [.. mine.Where(node => HasTag(terms.GetValueOrDefault(node.Id), select[Tag.Length..]))],
            var able when able.StartsWith(Capability, StringComparison.Ordinal) => [.. mine.Where(node => node.Facts.Capabilities.Contains(select[Capability.Length..], StringComparer.OrdinalIgnoreCase))],
            _ => Named(mine, select),
        };
        return meant.Count > 0 ? meant : throw ApiException.Invalid("select", $"No machine of yours fits \"{select}\".", $"Yours: {string.Join(", ", mine.Select(node => node.Name))}.");
    }

    private static List<NodeSnapshot> Named(List<NodeSnapshot> mine, string select)
    {
        var names = select.Split([',', '，', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var unknown = names.FirstOrDefault(name => !mine.Exists(node => string.Equals(node.Name, name, StringComparison.OrdinalIgnoreCase)));
        return unknown is null ? [.. mine.Where(node => names.Contains(node.Name, StringComparer.OrdinalIgnoreCase))]
            : throw ApiException.Invalid("select", $"There is no machine {unknown} that you may ask.", $"Yours: {string.Join(", ", mine.Select(node => node.Name))}.");
    }

    private static bool HasTag(PoolTerms? terms, string tag)
    {
        if (terms is null)
        {
            return false;
        }

        var parts = tag.Split('=', 2);
        return parts.Length == 2
            ? terms.Labels.Any(label => string.Equals(label.Key, parts[0], StringComparison.OrdinalIgnoreCase) && string.Equals(label.Value, parts[1], StringComparison.OrdinalIgnoreCase))
            : terms.Labels.Any(label => string.Equals(label.Key, tag, StringComparison.OrdinalIgnoreCase) || string.Equals(label.Value, tag, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Of the machines that the pool has now.</summary>
    private Task<Dictionary<Id<Node>, PoolTerms>> TermsAsync(CancellationToken cancel) => pool.AskAsync(
        (state, _) => state.Nodes.Values.Where(node => node.Terms.Name.Length > 0 && node.Terms.Runtimes.Contains(TaskRuntime.Agent))
            .ToDictionary(node => node.Id, node => new PoolTerms(node.Terms.Labels, node.Terms.Closed)),
        cancel);

    private sealed record PoolTerms(IReadOnlyDictionary<string, string> Labels, string? Closed);
}
