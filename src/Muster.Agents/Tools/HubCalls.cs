namespace Muster.Agents.Tools;

/// <summary>Asks the hub: a method (<c>memory.read</c>, <c>memory.write</c>, <c>nodes.list</c>, <c>copies.start</c>, <c>schedules.add</c>, …), its arguments and its answer as JSON.
/// Fails with a <see cref="ToolException"/> when the hub cannot be reached or refuses.</summary>
public delegate Task<string> HubCalls(string method, string json, CancellationToken cancel);
