namespace Muster.Client.Plans;

/// <summary>A request, analysed and not run.</summary>
/// <param name="Complexity">simple, moderate or complex.</param>
/// <param name="HandleLocally">The hub answers it by itself: no machine is needed.</param>
/// <param name="By">model or rules.</param>
public sealed record PlanInfo(
    string Complexity, string Reasoning, IReadOnlyList<string> RequiredSkills, IReadOnlyList<PlanStepInfo> Subtasks, bool HandleLocally, string By);

/// <param name="Skills">Tools that it may use; none: all.</param>
/// <param name="DependsOn">Steps that must have succeeded; their results are handed to it.</param>
/// <param name="Placement">hub, named, files, web, gpio, freest or load.</param>
/// <param name="Node">The machine that is meant; null leaves it to the pool.</param>
public sealed record PlanStepInfo(
    string Id, string Description, IReadOnlyList<string> Skills, IReadOnlyList<string> DependsOn, string Placement, string? Node, string Why);

/// <summary>The user's machines with their counts.</summary>
public sealed record WorkersInfo(int Total, int Idle, int Busy, int Offline, IReadOnlyList<WorkerInfo> Workers);

/// <param name="Status">online, busy or offline.</param>
public sealed record WorkerInfo(string Id, string Name, string Status, bool Healthy, IReadOnlyList<string> Capabilities, double Load, int Runs, DateTimeOffset? LastSeen);

internal sealed record PlanAsked(string Text);

internal sealed record PlanRun(string? Name, IReadOnlyList<PlanStepInfo> Subtasks);
