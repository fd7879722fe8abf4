using Muster.Protocol.Wire;

namespace Muster.Node.Assistant;

/// <summary>Who asks the hub: a run, or an attempt of a task.</summary>
internal sealed record HubAsker(string RunId, AttemptRef? Attempt = null);
