using Microsoft.Extensions.Logging;
using Muster.Node.Artifacts;
using Muster.Node.Folders;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Copies;

/// <summary>What the ends of copies on this machine work with.</summary>
internal sealed record CopyKit
{
    /// <summary>The one that the file tools see.</summary>
    public required ConfinedFolder Folder { get; init; }

    public required CopyRules Rules { get; init; }

    public required HubTransfers Hub { get; init; }

    public required Database Database { get; init; }

    /// <summary>Sends what may be lost.</summary>
    public required Action<Frame> Tell { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }
}
