using Muster.Hub.Accounts;
using Muster.Hub.Jobs.Store;
using Muster.Hub.Jobs.Views;
using Muster.Storage;

namespace Muster.Hub.Jobs.Steering;

/// <summary>What was said to the agents of one job, as the API shows it with each task.</summary>
internal sealed class SteeringView
{
    private readonly IReadOnlyList<SteeringRow> _rows;
    private readonly ILookup<string, int> _heard;
    private readonly People _people;

    private SteeringView(IReadOnlyList<SteeringRow> rows, ILookup<string, int> heard, People people) => (_rows, _heard, _people) = (rows, heard, people);

    public static SteeringView Of(Transaction tx, JobRow job, People people)
    {
        var rows = SteeringStore.All(tx, job.Id);
        return new SteeringView(rows, rows.Count == 0 ? Enumerable.Empty<(string, int)>().ToLookup(none => none.Item1, none => none.Item2) : SteeringStore.Heard(tx, job.Id), people);
    }

    /// <summary>A task with what was said to it, and to all of its job before it ended.</summary>
    public TaskModel With(TaskModel task, int index)
    {
        var said = _rows
            .Where(row => row.Task == index || row.Task is null && (task.EndedAt is null || row.At <= task.EndedAt.Value.ToUnixTimeMilliseconds()))
            .Select(row => new SaidModel(
                row.MessageId, row.Text, _people.Get(row.UserId)?.Username ?? "", DateTimeOffset.FromUnixTimeMilliseconds(row.At),
                _heard[row.MessageId].Contains(index) ? true : task.EndedAt is null ? null : false))
            .ToList();
        return said.Count == 0 ? task : task with { Said = said };
    }
}
