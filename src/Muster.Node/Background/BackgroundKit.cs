using Microsoft.Extensions.Logging;
using Muster.Node.Artifacts;
using Muster.Node.Link;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Background;

/// <summary>What background tasks work with.</summary>
internal sealed record BackgroundKit
{
    public required BackgroundOptions Options { get; init; }

    public required HubLink Link { get; init; }

    public required Database Database { get; init; }

    /// <summary>Where their output lies while it is needed.</summary>
    public required string Folder { get; init; }

    /// <summary>Brings output that is too long for a frame.</summary>
    public required LogKeeper Logs { get; init; }

    public required Func<string> NodeName { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    public long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public string FileOf(string job) => Path.Combine(Folder, job + ".txt");
}

/// <summary>Takes a result to the hub: signed with others and put into the outbox, in one transaction with what goes alongside.</summary>
internal delegate void ResultSink(AttemptResult result, Action<Transaction> alongside);
