using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;
using Muster.Protocol.Transfers;

namespace Muster.Hub.Artifacts.Nodes;

/// <summary>The seam to the pool: what it says of attempts to whoever moves their files.</summary>
/// <param name="Holds">Whether a node holds an attempt that is still the current one.</param>
/// <param name="Inputs">The files that an attempt is given.</param>
internal sealed record LeaseBook(
    Func<Id<Node>, AttemptName, CancellationToken, Task<bool>> Holds, Func<AttemptName, CancellationToken, Task<IReadOnlyList<InputFile>>> Inputs);
