namespace Muster.Hub.Planning;

/// <summary>A request, analysed and not run.</summary>
/// <param name="Complexity">simple, moderate or complex.</param>
/// <param name="HandleLocally">The hub answers it by itself: no machine is needed.</param>
/// <param name="By">model or rules.</param>
public sealed record PlanModel(
    string Complexity, string Reasoning, IReadOnlyList<string> RequiredSkills, IReadOnlyList<PlanStepModel> Subtasks, bool HandleLocally, string By);

/// <param name="Skills">Tools that it may use; none: all.</param>
/// <param name="DependsOn">Steps that must have succeeded; their results are handed to it.</param>
/// <param name="Placement">hub, files, web, gpio, freest or load: why it goes where it goes.</param>
/// <param name="Node">The machine that is meant, where one is; null leaves it to the pool.</param>
/// <param name="Why">A sentence.</param>
public sealed record PlanStepModel(
    string Id, string Description, IReadOnlyList<string> Skills, IReadOnlyList<string> DependsOn, string Placement, string? Node, string Why);

public sealed record PlanAsked(string Text);

/// <param name="Subtasks">As an analysis gave them, or one of them; each becomes an agent task.</param>
public sealed record PlanRun(string? Name, IReadOnlyList<PlanRunStep> Subtasks);

/// <summary>What of a subtask counts when it is run.</summary>
public sealed record PlanRunStep(string Id, string Description, IReadOnlyList<string>? Skills, IReadOnlyList<string>? DependsOn, string? Node);

/// <param name="Status">online, busy or offline.</param>
/// <param name="Healthy">It can be reached, and takes work.</param>
public sealed record WorkerModel(string Id, string Name, string Status, bool Healthy, IReadOnlyList<string> Capabilities, double Load, int Runs, DateTimeOffset? LastSeen);

public sealed record WorkersModel(int Total, int Idle, int Busy, int Offline, IReadOnlyList<WorkerModel> Workers);
