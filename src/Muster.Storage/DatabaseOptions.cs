using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Muster.Storage;

/// <summary>What both engines are opened with.</summary>
public abstract record DatabaseOptions
{
    /// <summary>How sentences name the store; never with a password.</summary>
    public abstract string Name { get; }

    /// <summary>This program; a database that needs a newer one is refused.</summary>
    public required Version ProgramVersion { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Works that may wait for the writer; further callers wait at most <see cref="QueueTimeout"/>.</summary>
    public int QueueCapacity { get; init; } = 8192;

    public TimeSpan QueueTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bounds of one group, so that nobody waits long for the one writer.</summary>
    public int GroupSize { get; init; } = 2000;

    public TimeSpan GroupTime { get; init; } = TimeSpan.FromMilliseconds(20);

    public int Readers { get; init; } = 4;
}
