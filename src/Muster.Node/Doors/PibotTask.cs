namespace Muster.Node.Doors;

/// <summary>A task as PiBot's callers read it; times are Unix seconds.</summary>
/// <param name="Status">running, completed, failed or cancelled.</param>
public sealed record PibotTask(
    string TaskId, string Description, IReadOnlyList<string> Skills, string Status, PibotResult? Result, string? Error, double? StartedAt, double? CompletedAt);

/// <param name="MessageCount">Messages between the agent, its model and its tools.</param>
public sealed record PibotResult(string Output, int MessageCount);
