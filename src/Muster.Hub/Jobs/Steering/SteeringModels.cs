namespace Muster.Hub.Jobs.Steering;

/// <param name="Text">1 to 20,000 characters.</param>
/// <param name="Interrupt">It is heard at once: what the agent says and its running tools are broken off.</param>
/// <param name="Id">Of the message, by whoever sends it: sent again with the same one, it is taken once.</param>
public sealed record SteerRequest(string? Text, bool Interrupt = false, string? Id = null);

/// <param name="Tasks">Those of agents that are not over, in their order; of a job that has very many, the first.</param>
public sealed record SteeredModel(string Id, IReadOnlyList<SteeredTask> Tasks);

/// <param name="Node">Where it works; null: it hears it when it begins.</param>
/// <param name="Reason">Why its agent cannot hear it; null: it does.</param>
public sealed record SteeredTask(string Id, string Step, long Index, string State, string? Node, string? Reason);

/// <summary>Something that was said to the agent of a task.</summary>
/// <param name="Heard">It has taken it up, as its machine says at its end; null: it has not ended.</param>
public sealed record SaidModel(string Id, string Text, string By, DateTimeOffset At, bool? Heard);
