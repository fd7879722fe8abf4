namespace Muster.Hub.Spending.Tasks;

/// <summary>A task of a job, whose agent calls a model.</summary>
/// <param name="Id">Of the task.</param>
/// <param name="Name">Its step and its job, for a person.</param>
/// <param name="Most">What its models may cost, in micro-credits; null: it has no limit of its own.</param>
/// <param name="Held">Key of its job's hold where that holds what its models may cost; null: it does not.</param>
internal sealed record SpendingTask(string Id, string Job, string Name, long? Most, string? Held);
