namespace Muster.Hub.Jobs.Pool;

/// <summary>What waits for a node: by priority, then by who has used least, then by age.</summary>
internal sealed class ReadyQueue
{
    private readonly Dictionary<NeedsKey, NeedsClass> _classes = [];
    private readonly SortedDictionary<JobPriority, Dictionary<PoolOwner, List<NeedsClass>>> _levels =
        new(Comparer<JobPriority>.Create((one, other) => other.CompareTo(one)));

    private int _last;

    public IEnumerable<NeedsClass> Classes => _classes.Values;

    public NeedsClass ClassOf(PoolJob job, StepPlan step)
    {
        var key = NeedsKey.Of(job, step);
        if (!_classes.TryGetValue(key, out var needs))
        {
            _classes[key] = needs = new NeedsClass(++_last, key, step.Needs, job.Owner, step);
        }

        return needs;
    }

    public void Enqueue(PoolStep step)
    {
        var needs = step.Needs;
        needs.Enqueue(step);
        if (!step.Queued)
        {
            return;
        }

        if (!_levels.TryGetValue(needs.Key.Priority, out var owners))
        {
            _levels[needs.Key.Priority] = owners = [];
        }

        if (!owners.TryGetValue(needs.Owner, out var classes))
        {
            owners[needs.Owner] = classes = [];
        }

        if (!classes.Contains(needs))
        {
            classes.Add(needs);
        }
    }

    /// <summary>Per priority from the highest, the owners who have something waiting.</summary>
    public IEnumerable<(JobPriority Priority, IReadOnlyCollection<KeyValuePair<PoolOwner, List<NeedsClass>>> Owners)> Levels =>
        _levels.Where(level => level.Value.Count > 0).Select(level => (level.Key, (IReadOnlyCollection<KeyValuePair<PoolOwner, List<NeedsClass>>>)level.Value)).ToList();

    /// <summary>Forgets classes that nothing waits in.</summary>
    public void Sweep()
    {
        foreach (var owners in _levels.Values)
        {
            foreach (var (owner, classes) in owners.ToList())
            {
                classes.RemoveAll(needs => needs.Head is null);
                if (classes.Count == 0)
                {
                    owners.Remove(owner);
                }
            }
        }
    }

    /// <summary>Of one owner: the class with the oldest step that some node may have room for.</summary>
    public static NeedsClass? Oldest(List<NeedsClass> classes)
    {
        NeedsClass? oldest = null;
        foreach (var needs in classes)
        {
            if (!needs.Stuck && needs.Head is not null && (oldest is null || needs.Age < oldest.Age))
            {
                oldest = needs;
            }
        }

        return oldest;
    }
}
